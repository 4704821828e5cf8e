import type { AcceptedKind, Actor, Authentication, CredentialKind, Principal } from "./context.ts";
import type { Tenant } from "./directory/records.ts";
import type { SessionRecord } from "./sessions/record.ts";

/** Someone whose credential is genuine, in local words, before the request's tenant is decided. */
export interface Identified {
  readonly principal: Principal;
  readonly provider: {
    readonly vendor: string;
    readonly instance: string;
    readonly issuer: string;
  };
  readonly credential: {
    readonly kind: CredentialKind;
    readonly accepted: AcceptedKind;
    readonly id?: string;
    readonly clientId?: string;
    readonly scopes?: readonly string[];
    readonly expiresAtMs: number;
  };
  readonly authentication: Authentication;
  readonly actors: readonly Actor[];
  /** The tenant that the credential stands for. Null: none. */
  readonly tenant: Tenant | null;
  /** App roles in that tenant: what the credential attests, capped by the directory. */
  readonly roles: readonly string[];
  /** Permissions that the vendor attests, in the vendor's words. */
  readonly vendorPermissions: readonly string[];
  /** Names that bound the credential, scopes or a key's permissions. Missing: not bound. */
  readonly bound?: readonly string[];
  /** For verified tokens: whether the verdict came from memory. */
  readonly cacheHit?: boolean;
  /** There for session credentials of ours. */
  readonly session?: SessionRecord;
}
