import type { TokenKind } from "@tenantry/core/provider";

/** Whom and what an honest token is for. */
export interface TokenWish {
  readonly kind: TokenKind;
  /** E-mail of a person. For every kind but `m2m`. */
  readonly person?: string;
  /** The vendor's id of a machine. For `m2m`. */
  readonly machine?: string;
  /** The vendor's id of a tenant; left out: a token that stands for none. */
  readonly tenant?: string;
  /** Default: all of {@link AppFacts.permissions}. For kinds with scopes. */
  readonly scopes?: readonly string[];
  /** Who really sits there. Only where the capability `impersonation` is there. */
  readonly impersonator?: string;
}

/** Which key signs. The header keeps the `kid` it has. */
export type SigningKey =
  /** In the published set. */
  | "current"
  /** It was, before the last rotation. */
  | "previous"
  /** It never was. */
  | "rogue"
  /** No signature: the third part is empty. The suite sets `alg`. */
  | "none"
  /** HMAC-SHA256 with the text of the public key (PEM) as the secret. The suite sets `alg`. */
  | "hmac-public";

/** A token with exactly these members. */
export interface TokenDraft {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
  readonly key: SigningKey;
}

/** What a kind of token looks like, so that the suite can bend it. */
export interface TokenFacts {
  /** The top-level claim that says whom the token is for, or why the vendor has none. */
  readonly audience:
    | {
        readonly claim: string;
        /** Why an honest token may lack it, if it may. */
        readonly optional?: string;
      }
    | { readonly none: string };
  /** Where the tenant's id is, from the top: `["org_id"]`, `["o", "id"]`. Null: tokens of this kind name none. */
  readonly tenant: readonly string[] | null;
  /** Where the roles are. Null: in none of these tokens. */
  readonly roles: readonly string[] | null;
  /** Where the vendor's own permissions are, if the token has them besides the roles. */
  readonly permissions?: readonly string[];
  /** Where the scopes are. Null: scopes do not bound this kind. */
  readonly scopes: readonly string[] | null;
  /** Where the person's e-mail address and its verification are, if the token has them. */
  readonly email?: { readonly value: readonly string[]; readonly verified: readonly string[] };
}

/** Mints tokens. */
export interface TokenControls {
  /**
   * Every kind of signed token this vendor issues, also those that open no door of ours: ID tokens,
   * logout tokens. Kinds that are left out do not exist at the vendor.
   */
  readonly kinds: Readonly<Partial<Record<TokenKind, TokenFacts>>>;
  /** An honest token, exactly as the vendor would issue it now, valid for at least a minute. */
  mint(wish: TokenWish): Promise<string>;
  /** A token with exactly this header and these claims, nothing added. */
  sign(draft: TokenDraft): Promise<string>;
  /**
   * Honest tokens of the vendor that are signed with the same keys and are none of the kinds above
   * (refresh tokens, templates, tokens of other products). They must open nothing.
   */
  strangers?(wish: {
    readonly person: string;
    readonly tenant: string;
  }): Promise<readonly { readonly name: string; readonly token: string }[]>;
}
