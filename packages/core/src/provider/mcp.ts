import type { Result } from "../internal/result.ts";
import type { Page } from "./directory.ts";
import type { ProviderTools } from "./login-flow.ts";

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
