import type { AuthContext, TenantAuthContext } from "@tenantry/core/http";
import type { SuiteAuth, SuitePermission } from "./world/world.ts";

/** What a handler of the suite knows. */
export interface SuiteCall {
  /** What the binding's `get` says. */
  readonly context: AuthContext<SuitePermission> | null;
  /** The binding's `tenantContext`. */
  readonly tenantContext: () => TenantAuthContext<SuitePermission>;
  /** A parameter of the route's path, as the framework's router has read it. */
  readonly param: (name: string) => string | undefined;
}

/** What a handler of the suite answers. */
export interface SuiteAnswer {
  /** Default 200. */
  readonly status?: number;
  /** A name may repeat. A `vary` is to be added to what is there, as the framework's own way is. */
  readonly headers?: readonly (readonly [name: string, value: string])[];
  /** Texts that come one after the other are streamed, and a throw among them breaks the response off. */
  readonly body: string | AsyncIterable<string>;
  /** Answer by the lowest means that the framework offers to handlers. */
  readonly isNative?: boolean;
}

/** A handler. It may throw or reject: then the framework's own error handling is asked. */
export type SuiteHandler = (call: SuiteCall) => SuiteAnswer | Promise<SuiteAnswer>;

/** What a route asks for, by the binding's function of that name. */
export type SuiteGuard =
  | { readonly kind: "requireAuth"; readonly auth?: SuiteAuth }
  | { readonly kind: "requireTenant"; readonly auth?: SuiteAuth }
  | {
      readonly kind: "requirePermission";
      readonly permissions: readonly [SuitePermission, ...SuitePermission[]];
      readonly auth?: SuiteAuth;
    };

/** Options of the binding's `authenticate` that every binding has. */
export interface SuiteMount {
  readonly accept?: readonly ("session" | "access" | "m2m" | "mcp" | "api_key")[];
  readonly tenantParam?: string;
}

/** A request as an app's own middleware sees it. */
export interface SuiteRequest {
  readonly method: string;
  readonly header: (name: string) => string | undefined;
}

/** What an app's own middleware adds to the response; with a status it answers by itself. */
export interface SuiteTouch {
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly status?: number;
}

/** A route of an app, with guards on it. */
export interface SuiteRoute {
  readonly kind: "route";
  readonly method: "GET" | "POST";
  /** Literal segments, and `:name` for parameters. */
  readonly path: string;
  /** An `authenticate` of this route alone. */
  readonly authenticate?: SuiteMount;
  readonly guards: readonly SuiteGuard[];
  readonly handle: SuiteHandler;
  /** The auth instance whose `get` fills `context`. Default: the app's own. */
  readonly auth?: SuiteAuth;
}

/** One thing that an app does, in the order in which a developer writes it down. */
export type SuiteStep =
  /** The framework's JSON and form parsers, for everything that follows. */
  | { readonly kind: "bodyParsers" }
  | { readonly kind: "middleware"; readonly run: (request: SuiteRequest) => SuiteTouch }
  /** Puts a value under every name where a program might look for who is asking. */
  | { readonly kind: "forge"; readonly names: readonly string[]; readonly value: unknown }
  | { readonly kind: "authenticate"; readonly mount?: SuiteMount; readonly auth?: SuiteAuth }
  | { readonly kind: "authRoutes" }
  | SuiteRoute
  /** What is answered where no route matches. */
  | { readonly kind: "fallback"; readonly handle: SuiteHandler };

/** An app in neutral words. Each binding writes it as its framework's documentation would. */
export interface SuiteApp {
  readonly steps: readonly SuiteStep[];
}
