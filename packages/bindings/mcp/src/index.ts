export { createMcp } from "./create-mcp.ts";
export type { Mcp, Notifier } from "./mount.ts";
export type { McpNodeHandler } from "./node.ts";
export type { McpOptions, PermissionScope } from "./options.ts";
export type { Registration } from "./register.ts";
export type { Finding, InspectedEntry, Inspection } from "./inspect.ts";
export type {
  Handles,
  ProtocolContext,
  TenantCallContext,
  TenantlessAuth,
  TenantlessCallContext,
} from "./contexts.ts";
export type {
  Arguments,
  AuditResource,
  Completer,
  Needed,
  PromptDefinition,
  PromptHandler,
  PromptResult,
  ResourceDefinition,
  ResourceHandler,
  ResourceResult,
  ResourceTemplateDefinition,
  ResourceTemplateHandler,
  Schema,
  TenantlessToolDefinition,
  TenantlessToolHandler,
  ToolDefinition,
  ToolHandler,
  ToolResult,
  Variables,
} from "./definitions.ts";
