import type { Call } from "./call.ts";
import type { Settings } from "./options.ts";
import type { Registry } from "./registry.ts";
import type { Runner } from "./runner.ts";

/** A change that subscribers of one tenant hear of. */
export type Change =
  | { readonly kind: "tools_list_changed" | "prompts_list_changed" | "resources_list_changed" }
  | { readonly kind: "resource_updated"; readonly uri: string };

/** An SDK that speaks the protocol, for requests that the pipeline has let through. */
export interface Engine {
  /** Whether it speaks 2026-07-28. */
  readonly isModern: boolean;
  /**
   * Answers one request. `request` has no credentials, and its body was read: `parsedBody` is it.
   * `released` is called when nothing of the response is left to send.
   */
  serve(
    request: Request,
    call: Call,
    options: { readonly parsedBody: unknown; readonly tenantKey: string },
  ): Promise<{ readonly response: Response; readonly released: () => void }>;
  /** Tells the open subscriptions of a tenant, and those of no other. */
  publish(tenantKey: string, change: Change): void;
  close(): Promise<void>;
}

/** What an engine is made of. */
export interface EngineParts {
  readonly settings: Settings;
  readonly registry: Registry;
  readonly runner: Runner;
}

/** Makes an engine. */
export type EngineFactory = (parts: EngineParts) => Engine;
