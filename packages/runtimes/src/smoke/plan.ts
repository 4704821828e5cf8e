import type { AuthErrorCode } from "@tenantry/core";
import type { AsymmetricAlgorithm } from "@tenantry/core/provider";
import type { ClerkOptions } from "@tenantry/clerk";
import type { OidcOptions } from "@tenantry/oidc";
import type { StytchOptions } from "@tenantry/stytch";
import type { WorkosOptions } from "@tenantry/workos";

/** One token and what must become of it. */
export interface TokenCase {
  readonly vendor: Vendor;
  /** `session token, expired`. */
  readonly name: string;
  readonly token: string;
  readonly expected: "authenticated" | AuthErrorCode;
}

/** A key for one algorithm, a token that it signed, and one that another key signed. */
export interface AlgorithmCase {
  readonly algorithm: AsymmetricAlgorithm;
  readonly jwk: JsonWebKey;
  readonly good: string;
  readonly forged: string;
}

/** The adapters whose verification runs on every runtime. */
export type Vendor = keyof Plan["options"];

/** What the world outside hands to the suite: plain data, because it crosses a process border. */
export interface Plan {
  readonly baseUrl: string;
  /** The audience of the app's API. */
  readonly resource: string;
  readonly options: {
    readonly oidc: OidcOptions;
    readonly workos: WorkosOptions;
    readonly clerk: ClerkOptions;
    readonly stytch: StytchOptions;
  };
  readonly tokens: readonly TokenCase[];
  readonly algorithms: readonly AlgorithmCase[];
  /**
   * Plays the person in front of the browser: `POST` the address that the app sent it to, and the
   * answer is the address on the app that the provider sends it back to.
   */
  readonly personUrl: string;
}
