import type { Provider } from "@tenantry/core/provider";
import type { FrontEndControls } from "./front-end.ts";
import type { SignInControls } from "./sign-in.ts";
import type { TokenControls } from "./tokens.ts";
import type { DirectoryControls, OpaqueControls, OutageMode, WebhookControls } from "./parts.ts";
import type { WorldControls } from "./world.ts";

/**
 * What the author of an adapter writes: a way to start the vendor (an emulator or a sandbox) with
 * the adapter in front of it, and to move the vendor about. The suite asks the vendor what is true
 * and the adapter what it makes of it; a target never computes an answer by asking the adapter.
 */
export interface ConformanceTarget {
  /** As in the provider. */
  readonly vendor: string;
  /** The package under test, for the report. */
  readonly adapter: { readonly name: string; readonly version: string };
  /**
   * Starts a vendor of its own with the adapter in front of it. Called several times in one run; two
   * that were started share nothing. Throw for anything that is missing: the run ends as a target
   * error, which is not a failure of the adapter.
   */
  start(app: AppFacts): Promise<Started>;
}

/** The app that the suite builds around the adapter. Register these addresses with the vendor. */
export interface AppFacts {
  /** `https://app.example.test`, an origin. Nothing listens there: the suite calls the app in process. */
  readonly baseUrl: string;
  /** The one redirect URI: `<baseUrl>/auth/callback/<vendor>`. Leave the provider's `instance` at its default. */
  readonly redirectUri: string;
  /** Where the vendor may send a browser after sign-out: `<baseUrl>/`. */
  readonly afterSignOutUrl: string;
  /** The audience of the app's API, and what its MCP mount asks for. */
  readonly resource: string;
  /** The audience of another app at the same vendor. Its tokens open nothing here. */
  readonly otherResource: string;
  /** The roles that the app knows. Teach the vendor the same names where it wants to be taught. */
  readonly roles: readonly string[];
  /** The scopes, and the permissions where the vendor has some. */
  readonly permissions: readonly string[];
}

/** A vendor that runs, with the adapter in front of it. */
export interface Started {
  /** The adapter, with the vendor's addresses and its roles, permissions and tenants as they come. */
  readonly provider: Provider;
  /** Who exists. */
  readonly world: WorldControls;
  /** The browser's part of a sign-in. Left out if the capability `login` is `no`. */
  readonly signIn?: SignInControls;
  readonly tokens: TokenControls;
  /**
   * What the app's MCP mount asks for, at vendors whose tokens for it differ from those for the API by
   * their audience alone. Default: the app's resource.
   */
  readonly mcpResource?: string;
  /** New signing keys; the old ones stay published if `keepOld`. */
  rotateKeys(options: { readonly keepOld: boolean }): Promise<void>;
  /** Lets every address of the vendor fail in this way, or recover with null. */
  outage(mode: OutageMode | null): Promise<void>;
  /** How many requests the vendor has received. */
  requestCount(): number;
  /** If `opaqueTokens` is not `no`: one for each kind that the adapter takes. */
  readonly opaque?: readonly OpaqueControls[];
  /** If `frontEndSession` is not `no`. */
  readonly frontEnd?: FrontEndControls;
  /** If `webhooks` is not `no`. */
  readonly webhooks?: WebhookControls;
  /** If `directoryList` is not `no`, or one of `admin` and the managements. */
  readonly directory?: DirectoryControls;
  /** Stops everything. Nothing may keep the process alive afterwards. */
  close(): Promise<void>;
}
