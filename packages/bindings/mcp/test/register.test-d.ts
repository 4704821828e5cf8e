import type { TenantScope } from "@tenantry/core";
import type { Mcp } from "@tenantry/mcp";
import { expectTypeOf, test } from "vitest";
import { z } from "zod";

declare const mcp: Mcp<"notes:read" | "notes:write">;
declare function listNotes(scope: TenantScope): string;
const said = (text: string) => ({ content: [{ type: "text" as const, text }] });

test("a tool without a permission does not compile", () => {
  // @ts-expect-error a permission is not optional
  mcp.tool("x", {}, () => said(""));
  // @ts-expect-error neither for resources
  mcp.resource("x", { uri: "notes://x" }, () => null);
  // @ts-expect-error nor for templates
  mcp.resourceTemplate("x", { uriTemplate: "notes://{tenant}/x" }, () => null);
  // @ts-expect-error nor for prompts
  mcp.prompt("x", {}, () => ({ messages: [] }));
  expectTypeOf(mcp).toHaveProperty("tool");
  // @ts-expect-error nor may the list of them be empty
  mcp.tool("x", { permission: [] }, () => said(""));
});

test("an unknown permission does not compile", () => {
  // @ts-expect-error misspelt
  mcp.tool("x", { permission: "notes:reed" }, () => said(""));
  // @ts-expect-error one of several
  mcp.tool("x", { permission: ["notes:read", "notes:purge"] }, () => said(""));
  expectTypeOf(
    mcp.tool("x", { permission: ["notes:read", "notes:write"] }, () => said("")),
  ).toBeVoid();
});

test("a data layer takes the tenant of the call, and no text of a caller", () => {
  const input = z.object({ org: z.string() });
  mcp.tool("x", { permission: "notes:read", input, tenantArg: "must-equal" }, (args, ctx) => {
    expectTypeOf(args).toEqualTypeOf<{ org: string }>();
    expectTypeOf(ctx.tenant).toEqualTypeOf<TenantScope>();
    // @ts-expect-error a text is no tenant
    listNotes(args.org);
    // @ts-expect-error neither is its id
    listNotes(ctx.tenant.tenantId);
    return said(listNotes(ctx.tenant));
  });
});

test("a tenantless tool has no tenant to use", () => {
  mcp.tenantlessTool("x", { reason: "For the test." }, (_args, ctx) => {
    expectTypeOf(ctx).not.toHaveProperty("tenant");
    // @ts-expect-error there is none
    listNotes(ctx.tenant);
    // @ts-expect-error not behind `auth` either
    listNotes(ctx.auth.tenant.scope);
    return said(ctx.auth.principal.id);
  });
});

test("a handler may ask for known permissions only", () => {
  mcp.tool("x", { permission: "notes:read" }, (args, { auth }) => {
    expectTypeOf(args).toEqualTypeOf<undefined>();
    // @ts-expect-error misspelt
    auth.permissions.has("notes:reed");
    return said(String(auth.permissions.has("notes:write")));
  });
});
