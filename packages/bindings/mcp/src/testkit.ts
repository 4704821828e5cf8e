/** The isolation kit for MCP servers: `@tenantry/mcp/testkit`. */
export { auditMcpServer } from "./testkit/audit.ts";
export { renderReport, type AuditReport, type Finding } from "./testkit/report.ts";
export {
  defineAuditTarget,
  type Arguments,
  type AuditCredentials,
  type AuditTarget,
  type AuditTargetFile,
  type CompletionSample,
  type OptionalCredential,
  type PromptSample,
  type ResourceSample,
  type Sample,
  type Seen,
  type ToolSample,
} from "./testkit/target.ts";
export type { Era } from "./testkit/wire.ts";
