import type { Clock } from "../internal/clock.ts";
import { reject, type Result } from "../internal/result.ts";
import type { Log } from "../log.ts";
import type { Catalogue } from "../permissions/catalogue.ts";
import type { ExternalKey } from "./local-id.ts";
import type { Stores } from "./ports.ts";
import type { Link } from "./records.ts";

/** What happens to someone, or a tenant, that the directory has never seen. */
export type UnknownRule = "provision" | "refuse";

/** What the directory works with. */
export interface DirectoryOptions {
  readonly stores: Stores;
  readonly nowMs: Clock;
  readonly log: Log;
  readonly catalogue: Catalogue;
  /** Default: `provision` everywhere, because the provider vouches for a token as for a sign-in. */
  readonly onUnknown?: {
    readonly signIn?: UnknownRule;
    readonly token?: UnknownRule;
    /** For machines that are not registered. Default: as `token`. */
    readonly machine?: UnknownRule;
    /** For what webhooks and lists name. */
    readonly directory?: UnknownRule;
  };
  /**
   * The id your database already has for a vendor's id, asked when there is no link yet. Must always
   * answer the same. Undefined: a new one is derived.
   */
  readonly idOf?: (kind: Link["kind"], key: ExternalKey) => string | undefined;
}

/** How an identity came to us. */
export type Via = "sign_in" | "token";

/** Runs work on stores. What a store throws becomes `store_unavailable`, neither yes nor no. */
export async function orUnavailable<T>(
  log: Log,
  event: string,
  work: () => Promise<Result<T>>,
): Promise<Result<T>> {
  try {
    return await work();
  } catch (error) {
    // Only the name: a driver's message can hold the values it was given.
    const reason = error instanceof Error ? error.name : "unknown";
    log({ level: "error", event, reason });
    return reject("store_unavailable");
  }
}
