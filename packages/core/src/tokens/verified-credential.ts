import type { AcceptedKind } from "../context.ts";
import type { Rejection } from "../internal/result.ts";
import type { Identity, TokenProfile } from "./profile.ts";
import type { InstanceProvider } from "./provider-instance.ts";

/** A credential that proved genuine. Frozen and shared between requests; holds no token. */
export interface VerifiedCredential {
  readonly provider: InstanceProvider;
  /** What kind of credential it is, and how its roles and scopes count. */
  readonly profile: Pick<TokenProfile, "id" | "roles" | "scopes" | "connection"> & {
    readonly kind: AcceptedKind;
  };
  readonly identity: Identity;
}

/** What became of a credential, and whether the verdict came from memory. */
export type Verdict =
  | { readonly ok: true; readonly value: VerifiedCredential; readonly cacheHit: boolean }
  | Rejection;
