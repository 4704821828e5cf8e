import type { CookieJar } from "../request/cookies.ts";
import type { AuthRequest } from "../request/request.ts";
import type { Rejection, Result } from "../internal/result.ts";
import type { Identity } from "../tokens/profile.ts";
import type { ProviderTools } from "./login-flow.ts";

/** A place besides `Authorization` and our own cookie where this vendor's credential may be. */
export interface CredentialSource {
  readonly name: string;
  /** Cookie names, exact. */
  readonly cookies: readonly string[];
  /** Pure: at most one credential, or a conflict that core refuses. */
  pick(
    jar: CookieJar,
  ):
    | { readonly kind: "none" }
    | { readonly kind: "one"; readonly token: string }
    | { readonly kind: "conflict" };
  /**
   * For a value that seals its token: the token within, which core verifies; null for a value that is
   * not to be opened. No network: only a page's renewal may ask the vendor.
   */
  open?(value: string): Promise<string | null>;
}

/** What a page's request shows of the vendor's front end. */
export interface FrontEndPage {
  readonly jar: CookieJar;
  readonly request: AuthRequest;
  /** The page's address on the configured base URL: where a renewal at the vendor comes back to. */
  readonly url: URL;
}

/**
 * Renewal for cookies that the vendor's front end owns. Only asked on top-level document GETs, when
 * the vendor's cookie holds a token that is otherwise good and has expired, or when the request
 * presents no credential at all.
 */
export interface BrowserSession {
  /**
   * `token`: a new one, which core verifies like one from the cookie; its cookies are sent only if
   * it is good. `redirect`: the vendor renews it and sends the browser back. `none`: there is nothing
   * to renew; its cookies, if any, say so to the front end. Whoever redirects must see that it does not go on for ever.
   */
  recover(
    page: FrontEndPage,
    tools: ProviderTools,
  ): Promise<
    | { readonly kind: "none"; readonly setCookies?: readonly string[] }
    | { readonly kind: "token"; readonly token: string; readonly setCookies: readonly string[] }
    | {
        readonly kind: "redirect";
        readonly location: string;
        readonly setCookies: readonly string[];
      }
    | ({ readonly kind: "refused" } & Rejection)
  >;
}

/** Opaque access tokens and vendor API keys: only the vendor can tell what they are. */
export interface OpaqueCredentials {
  readonly kind: "access" | "m2m" | "api_key";
  /** Pure. Core asks the vendor only if exactly one configured provider recognises the value. */
  recognises(credential: string): boolean;
  verify(
    credential: string,
    request: { readonly resource?: string },
    tools: ProviderTools,
  ): Promise<Result<Identity>>;
  /** As {@link TokenProfile.scopes}. */
  readonly scopes: "permissions" | "none";
  readonly roles: "token" | "directory";
}

/** What a vendor says about a tenant. A missing member is unknown and changes nothing. */
export interface TenantData {
  readonly name?: string;
  readonly slug?: string;
  readonly domains?: readonly { readonly domain: string; readonly verified: boolean }[];
}

/** What a vendor says about a person. A missing member is unknown and changes nothing. */
export interface UserData {
  readonly name?: string;
  readonly email?: { readonly value: string; readonly verified: boolean };
  /** `inactive`: may not sign in anywhere at this vendor for now, without being deleted there. */
  readonly status?: "active" | "inactive";
}

/** What a vendor says about somebody's place in a tenant. Only `active` gives access. */
export interface MembershipData {
  /** The person, as tokens name them in `sub`. */
  readonly user: string;
  /** The tenant, as tokens name it. */
  readonly tenant: string;
  readonly roles?: readonly string[];
  readonly status: "active" | "pending" | "inactive";
}

/** The three things a directory holds. */
export type DirectoryEntity = "tenant" | "user" | "membership";

/**
 * One change to the directory, in neutral words. `version` is the source's own, for ordering: of two
 * changes to one thing the later one has the higher number, in whatever order they arrive.
 */
export type DirectoryChange =
  | {
      readonly kind: "upsert";
      readonly entity: "tenant";
      readonly external: string;
      readonly version: number;
      readonly data: TenantData;
    }
  | {
      readonly kind: "upsert";
      readonly entity: "user";
      readonly external: string;
      readonly version: number;
      readonly data: UserData;
    }
  | {
      readonly kind: "upsert";
      readonly entity: "membership";
      readonly external: string;
      readonly version: number;
      readonly data: MembershipData;
    }
  | {
      readonly kind: "delete";
      readonly entity: "tenant" | "user";
      readonly external: string;
      readonly version: number;
    }
  | {
      readonly kind: "delete";
      readonly entity: "membership";
      readonly external: string;
      readonly version: number;
      /** Whose it was: nobody here remembers the vendor's ids of memberships. */
      readonly data: Pick<MembershipData, "user" | "tenant">;
    }
  | {
      readonly kind: "refetch";
      readonly entity: DirectoryEntity;
      readonly external: string;
    };

/** A webhook request as it came. */
export interface RawWebhook {
  readonly body: Uint8Array;
  /** The value of a header, whatever the case of its name; null if there is none. */
  header(name: string): string | null;
}

/** Webhooks of a vendor, verified on the raw bytes. */
export interface Webhooks {
  /**
   * What a request that this vendor has signed says. `eventId` is the same in each delivery of one
   * event. An event that says nothing about the directory has no changes.
   */
  verify(raw: RawWebhook, tools: ProviderTools): Promise<Result<WebhookNews>>;
}

/** What one event says. */
export interface WebhookNews {
  readonly eventId: string;
  readonly changes: readonly DirectoryChange[];
  /** Sessions that the vendor has ended, by the ids that identities carry as `sessionId`. */
  readonly endedSessions?: readonly string[];
}

/** A page of a vendor's list. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next?: string;
}

/** The vendor's lists, for reconciliation. */
export interface DirectorySource {
  list(
    entity: DirectoryEntity,
    cursor: string | undefined,
    tools: ProviderTools,
  ): Promise<Result<Page<DirectoryChange>>>;
  /** One thing as it is now: an `upsert`, or a `delete` if the vendor has it no more. */
  get(
    entity: DirectoryEntity,
    external: string,
    tools: ProviderTools,
  ): Promise<Result<DirectoryChange>>;
  /**
   * Pure: what `get` calls somebody's place in a tenant, whether or not it is there any more. Null for
   * ids that are none of this vendor's.
   */
  membershipId(place: Pick<MembershipData, "user" | "tenant">): string | null;
  events?(cursor: string | undefined, tools: ProviderTools): Promise<Result<Page<DirectoryChange>>>;
}

/**
 * Management calls. Each is there only if the vendor has it. All but the first act in the one tenant
 * that they name: what belongs to another one is refused like what does not exist.
 */
export interface Admin {
  createTenant?(tenant: {
    readonly name: string;
    readonly slug: string;
  }): Promise<Result<{ readonly external: string }>>;
  /**
   * Gives somebody whom the vendor knows this role, and no other, at once. Whoever is no member yet
   * becomes one, where people exist outside of tenants; elsewhere they are invited.
   */
  setMember?(membership: TenantMember & { readonly role: string }): Promise<Result<null>>;
  /** Ends a membership. The person's others stay as they are. */
  removeMember?(membership: TenantMember): Promise<Result<null>>;
  invite?(invitation: {
    readonly tenantExternal: string;
    readonly email: string;
    readonly role?: string;
  }): Promise<Result<{ readonly external: string }>>;
  /** Takes back an invitation that nobody has accepted yet. */
  revokeInvitation?(invitation: TenantThing): Promise<Result<null>>;
  /** Adds an e-mail domain, which proves nothing until the vendor has verified it. */
  addDomain?(wish: {
    readonly tenantExternal: string;
    readonly domain: string;
  }): Promise<Result<{ readonly external: string }>>;
  removeDomain?(domain: TenantThing): Promise<Result<null>>;
  portalLink?(request: {
    readonly tenantExternal: string;
    readonly intent: "sso" | "scim" | "domains";
    readonly returnUrl: string;
  }): Promise<Result<{ readonly url: string; readonly expiresAtSeconds: number }>>;
}

/** Somebody's place in a tenant, for {@link Admin}. */
interface TenantMember {
  readonly tenantExternal: string;
  /** The person, as identities name them: the `subject`. */
  readonly userExternal: string;
}

/** Something that a call of {@link Admin} has made in a tenant. */
interface TenantThing {
  readonly tenantExternal: string;
  /** The id that the call returned. */
  readonly external: string;
}

/** A client that the vendor's authorization server knows. */
export interface RegisteredClient {
  readonly clientId: string;
  /** What it calls itself: anybody's text. */
  readonly name: string | null;
  /** `dynamic`: it registered itself (RFC 7591). Only those may be pruned. */
  readonly registration: "dynamic" | "metadata_document" | "manual" | "unknown";
  readonly redirectUris: readonly string[];
  /** Missing: the vendor does not say. */
  readonly createdAtMs?: number;
  /** Null: never used. Missing: the vendor does not say. */
  readonly lastUsedAtMs?: number | null;
}

/** The vendor's list of OAuth clients. */
export interface RegisteredClients {
  list(cursor: string | undefined, tools: ProviderTools): Promise<Result<Page<RegisteredClient>>>;
  /** One of them; null if there is none. */
  get?(clientId: string, tools: ProviderTools): Promise<Result<RegisteredClient | null>>;
  /** Deletes a client and what it was granted. One that is gone already is a success. */
  remove?(clientId: string, tools: ProviderTools): Promise<Result<null>>;
}

/** Who is asked on a {@link ConsentPage}: always the person of a session at this very provider. */
export interface ConsentGiver {
  /** The person, as the vendor names them. */
  readonly subject: string;
  /** The tenant of their session. What is granted is good there only. */
  readonly tenant: {
    /** As the vendor names it. */
    readonly external: string;
    readonly name: string;
  };
}

/** What the page asks. All texts are strangers'. */
export type ConsentRequest =
  /** Whether this client may have these scopes. */
  | {
      readonly kind: "grant";
      readonly client: {
        readonly clientId: string;
        readonly name: string | null;
        /** Where the browser goes afterwards: registered for this client, which the vendor has checked. */
        readonly redirectUri: string;
      };
      /** What this person can grant of what was asked for. */
      readonly scopes: readonly string[];
      /** Slug or local id of the only tenant that it can be for, where the resource (RFC 8707) is one tenant's. */
      readonly tenant?: string;
    }
  /**
   * Only who is there, and in which tenant, for a vendor that names client and scopes on a page of its
   * own afterwards.
   */
  | {
      readonly kind: "identity";
      /** The vendor's origin, where the browser goes on. */
      readonly origin: string;
    };

/** What a person said on a {@link ConsentPage}. */
export interface ConsentAnswer {
  /** The query of the address that was asked about. */
  readonly query: URLSearchParams;
  readonly who: ConsentGiver;
  readonly granted: boolean;
  /** Those that the page has shown. */
  readonly scopes: readonly string[];
}

/**
 * The page that an authorization server leaves to the application. Core asks the person, each time, and
 * nothing is granted that the page did not show.
 */
export interface ConsentPage {
  /**
   * What the address that brought the browser asks for. Rejects what is malformed, unknown to the
   * vendor, or for a resource that is not this application's.
   */
  start(
    asked: Pick<ConsentAnswer, "query" | "who">,
    tools: ProviderTools,
  ): Promise<Result<ConsentRequest>>;
  /**
   * Tells the vendor what the person said, once. Where the browser goes: back to the client or on to the
   * vendor; null where a no cannot be told to anybody.
   */
  decide(
    answer: ConsentAnswer,
    tools: ProviderTools,
  ): Promise<Result<{ readonly location: string | null }>>;
}

/** Facts an MCP mount needs about the vendor's authorization server. */
export interface McpFacts {
  readonly authorizationServers: readonly string[];
  /**
   * Whether a token names the one resource it was asked for (RFC 8707). If not, it is the adapter's
   * configuration that says which resources such a token opens, and another server of the same vendor
   * account may be sent the same token.
   */
  readonly resourceBinding: boolean;
  readonly clientIdMetadataDocuments: boolean;
  readonly dynamicClientRegistration: boolean;
  /** Scopes a client must ask for so that its token counts and names a tenant (Clerk: `user:org:read`). */
  readonly tenantScopes: readonly string[];
  /**
   * Whether a client can ask for the app's own permissions as scopes. If not, the vendor has a fixed
   * list and answers `invalid_scope` to all others: they must not be in a mount's metadata or challenges.
   */
  readonly permissionScopes: boolean;
  /** The clients registered at the vendor, where its API lists them. */
  readonly clients?: RegisteredClients;
  /** Missing: the vendor asks by itself. Present: `authorize/:instance` of the auth routes is the page. */
  readonly consent?: ConsentPage;
}
