import type {
  CallToolResult,
  GetPromptResult,
  Icon,
  InputRequiredResult,
  ReadResourceResult,
  Resource,
  StandardSchemaWithJSON,
  ToolAnnotations,
} from "@modelcontextprotocol/server";
import type { TenantCallContext, TenantlessCallContext } from "./contexts.ts";

/** An input or output schema: zod, or any library of Standard Schema that gives JSON Schema. */
export type Schema = StandardSchemaWithJSON;

/** What a handler gets for a schema. Without a schema there are no arguments. */
export type Arguments<I> = I extends Schema ? StandardSchemaWithJSON.InferOutput<I> : undefined;

/** One permission, or several that are all needed. */
export type Needed<P extends string> = P | readonly [P, ...P[]];

type Answer<T> = T | Promise<T>;

/** How a client shows it. */
interface Shown {
  readonly title?: string;
  readonly description?: string;
  readonly icons?: readonly Icon[];
}

/** Tells the audit trail what a call is about: an id, not a content. */
export type AuditResource<A> = (args: A) => string;

/** A tool. Its permission is not optional. */
export interface ToolDefinition<P extends string, I extends Schema | undefined> extends Shown {
  readonly permission: Needed<P>;
  readonly input?: I;
  readonly output?: Schema;
  readonly annotations?: ToolAnnotations;
  readonly auditResource?: AuditResource<Arguments<I>>;
  /**
   * Needed if an argument is named like a tenant (`organization_id`): it is compared with the tenant
   * of the call, and another value is refused. It never chooses.
   */
  readonly tenantArg?: "must-equal";
}

/** What a tool answers. A `requestState` is sealed on its way out. */
export type ToolResult = CallToolResult | InputRequiredResult;

/** Runs a tool. A thrown error reaches the client as "Internal error" with a reference. */
export type ToolHandler<P extends string, I extends Schema | undefined> = (
  args: Arguments<I>,
  ctx: TenantCallContext<P>,
) => Answer<ToolResult>;

/** A tool that is about no tenant's data. It says why. */
export interface TenantlessToolDefinition<I extends Schema | undefined> extends Shown {
  /** Why everybody may call it: shown by `inspect()`. */
  readonly reason: string;
  readonly input?: I;
  readonly output?: Schema;
  readonly annotations?: ToolAnnotations;
}

/** Runs a tenantless tool. */
export type TenantlessToolHandler<I extends Schema | undefined> = (
  args: Arguments<I>,
  ctx: TenantlessCallContext,
) => Answer<ToolResult>;

/** A resource at a fixed address. */
export interface ResourceDefinition<P extends string> extends Shown {
  readonly permission: Needed<P>;
  readonly uri: string;
  readonly mimeType?: string;
}

/** What a resource answers. Null: there is none, as for an address that nobody has. */
export type ResourceResult = ReadResourceResult | InputRequiredResult | null;

/** Reads a resource. */
export type ResourceHandler<P extends string> = (
  uri: URL,
  ctx: TenantCallContext<P>,
) => Answer<ResourceResult>;

/** Suggests values while somebody types. */
export type Completer<P extends string> = (
  value: string,
  ctx: TenantCallContext<P>,
) => Answer<readonly string[]>;

/** Resources whose addresses fit a template (RFC 6570). */
export interface ResourceTemplateDefinition<P extends string> extends Shown {
  readonly permission: Needed<P>;
  /** `notes://{tenant}/{id}`: `{tenant}` is compared with the tenant of the call, slug or id, and never trusted. */
  readonly uriTemplate: string;
  readonly mimeType?: string;
  /** `false`: the addresses name no tenant, and the handler looks only in the call's own. */
  readonly tenantInUri?: false;
  readonly list?: (ctx: TenantCallContext<P>) => Answer<readonly Resource[]>;
  readonly complete?: Readonly<Record<string, Completer<P>>>;
}

/** The variables of an address. */
export type Variables = Readonly<Record<string, string | readonly string[]>>;

/** Reads a resource of a template. */
export type ResourceTemplateHandler<P extends string> = (
  uri: URL,
  ctx: TenantCallContext<P> & { readonly variables: Variables },
) => Answer<ResourceResult>;

/** A prompt. */
export interface PromptDefinition<P extends string, I extends Schema | undefined> extends Shown {
  readonly permission: Needed<P>;
  readonly args?: I;
  readonly complete?: Readonly<Record<string, Completer<P>>>;
  /** As for tools. */
  readonly tenantArg?: "must-equal";
}

/** What a prompt answers. */
export type PromptResult = GetPromptResult | InputRequiredResult;

/** Writes a prompt. */
export type PromptHandler<P extends string, I extends Schema | undefined> = (
  args: Arguments<I>,
  ctx: TenantCallContext<P>,
) => Answer<PromptResult>;
