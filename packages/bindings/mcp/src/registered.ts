import type { Icon, Resource, ToolAnnotations } from "@modelcontextprotocol/server";
import type { TenantCallContext, TenantlessCallContext } from "./contexts.ts";
import type { PromptResult, ResourceResult, Schema, ToolResult, Variables } from "./definitions.ts";

type Answer<T> = T | Promise<T>;

/** What every handler is called with here; registration gave it its own types. */
export type AnyContext = TenantCallContext<string>;

/** What every registration has. */
interface Entry {
  readonly name: string;
  /** All of them are needed. Null: tenantless, for everybody who is signed in. */
  readonly permissions: readonly string[] | null;
  readonly title: string | undefined;
  readonly description: string | undefined;
  readonly icons: readonly Icon[] | undefined;
}

/** A tool as registered. */
export interface RegisteredTool extends Entry {
  readonly kind: "tool";
  readonly input: Schema | undefined;
  readonly output: Schema | undefined;
  readonly annotations: ToolAnnotations | undefined;
  /** Arguments named like a tenant are compared with the tenant of the call. */
  readonly comparesTenant: boolean;
  /** Why it is tenantless. Null: it is not. */
  readonly reason: string | null;
  readonly auditResource: ((args: unknown) => string) | undefined;
  readonly run: (args: unknown, ctx: AnyContext | TenantlessCallContext) => Answer<ToolResult>;
}

/** A resource as registered. */
export interface RegisteredResource extends Entry {
  readonly kind: "resource";
  readonly uri: string;
  readonly mimeType: string | undefined;
  readonly run: (uri: URL, ctx: AnyContext) => Answer<ResourceResult>;
}

/** Suggests values for one argument or variable. */
export type AnyCompleter = (value: string, ctx: AnyContext) => Answer<readonly string[]>;

/** A template as registered. */
export interface RegisteredTemplate extends Entry {
  readonly kind: "template";
  readonly uriTemplate: string;
  readonly mimeType: string | undefined;
  readonly tenantInUri: boolean;
  readonly list: ((ctx: AnyContext) => Answer<readonly Resource[]>) | undefined;
  readonly complete: ReadonlyMap<string, AnyCompleter>;
  readonly run: (
    uri: URL,
    ctx: AnyContext & { readonly variables: Variables },
  ) => Answer<ResourceResult>;
}

/** A prompt as registered. */
export interface RegisteredPrompt extends Entry {
  readonly kind: "prompt";
  readonly args: Schema | undefined;
  readonly comparesTenant: boolean;
  readonly complete: ReadonlyMap<string, AnyCompleter>;
  readonly run: (args: unknown, ctx: AnyContext) => Answer<PromptResult>;
}

/** Anything that is registered. */
export type Registered =
  | RegisteredTool
  | RegisteredResource
  | RegisteredTemplate
  | RegisteredPrompt;
