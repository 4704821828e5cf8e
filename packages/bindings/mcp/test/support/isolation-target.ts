import type { Mcp } from "@tenantry/mcp";
import { z } from "zod";
import type { AuditTarget } from "../../src/testkit.ts";
import { ada, ben, createWorld, dan, eve, type Notes, type P, type WorldOptions } from "./world.ts";

const rex = { subject: "rex", organization: "acme", role: "editor" };
const lea = { subject: "lea", organization: "acme", role: "viewer" };

const CANARIES = { a: ["canary of acme"], b: ["canary of birch"] };

/**
 * A server of this package with everything that the isolation kit can try, and each credential for
 * it: nothing is left out, so nothing is skipped.
 */
export async function isolationTarget(
  options: Pick<WorldOptions, "create" | "mount"> = {},
): Promise<AuditTarget & { close(): Promise<void> }> {
  const world = await createWorld({
    ...options,
    mcp: { legacy: "sessions", apiKeys: "allow", recheckSeconds: 0.1 },
    tenantPath: "/t/{tenant}/mcp",
    register,
  });
  const acme = await world.put(ada, "n1", CANARIES.a[0] ?? "");
  const birch = await world.put(dan, "n1-of-birch", CANARIES.b[0] ?? "");
  const remove = async (who: typeof ada) => {
    const { principal, tenant } = await world.contextOf(who);
    await world.auth.directory.removeMember(principal.id, tenant?.id ?? "");
  };
  const removedMember = await world.token(rex);
  await remove(rex);
  const elsewhere = `${world.origin}/t/acme/mcp`;
  return {
    url: world.resource,
    elsewhere,
    tenants: { a: { id: acme, slug: "acme" }, b: { id: birch, slug: "birch" } },
    credentials: {
      a: await world.token(ada),
      b: await world.token(dan),
      noTenant: await world.token(eve),
      removedMember,
      lowRole: {
        token: await world.token(ben),
        may: [
          ...["list", "read", "note_of", "mint", "open", "whoami", "summarise"],
          ...["notes://about", "notes://acme/n1", "notes://acme/written"],
        ],
      },
      wrongAudience: await world.token(ada, { resource: elsewhere }),
      apiKeyA: await world.apiKey(ada, ["notes:read", "notes:write"]),
      apiKeyB: await world.apiKey(dan, ["notes:read", "notes:write"]),
      async expiring() {
        const expiresInSeconds = 2;
        const expiresAtMs = (Math.floor(Date.now() / 1000) + expiresInSeconds) * 1000;
        return { token: await world.token(ada, { expiresInSeconds }), expiresAtMs };
      },
      leaving: async () => ({ token: await world.token(lea), remove: () => remove(lea) }),
    },
    canaries: CANARIES,
    tools: {
      list: {},
      read: { arguments: { id: "n1" }, absent: { id: "absent" } },
      note_of: {
        arguments: { id: "n1", organization_id: "acme" },
        absent: { id: "absent", organization_id: "acme" },
      },
      write: { arguments: { id: "written", text: "x" }, absent: "names nothing", writes: true },
      approve: {
        arguments: { id: "n1" },
        absent: "names nothing",
        inputResponses: { sure: { action: "accept", content: {} } },
      },
      mint: {},
      open: {
        arguments: (seen) => ({ handle: handleIn(seen.result("mint")) }),
        absent: { handle: "1.absent" },
      },
      whoami: { tenantless: true },
    },
    prompts: { summarise: { arguments: { id: "n1" }, absent: { id: "absent" } } },
    resources: [
      {
        uri: "notes://about",
        // Birch has one of this address too: only a bus of its own keeps it from hearing of this one.
        touch: () => world.mcp.notify(acme).resourceUpdated("notes://about"),
      },
      {
        uri: "notes://acme/n1",
        absent: "notes://acme/absent",
        touch: () => world.mcp.notify(acme).resourceUpdated("notes://acme/n1"),
      },
      { uri: "notes://acme/written" },
    ],
    completions: [
      {
        ref: { type: "ref/prompt", name: "summarise" },
        argument: { name: "id", value: "" },
      },
      {
        ref: { type: "ref/resource", uri: "notes://{tenant}/{id}" },
        argument: { name: "id", value: "" },
      },
    ],
    auditCount: async () => world.audited.length,
    streamEndMs: 2000,
    close: () => world[Symbol.asyncDispose](),
  };
}

function handleIn(result: unknown): string {
  return /[\w.~-]{40,}/.exec(JSON.stringify(result))?.[0] ?? "";
}

const said = (text: string) => ({ content: [{ type: "text" as const, text }] });

/** Texts of notes are in every answer that could have them: what leaks is seen. */
function register(mcp: Mcp<P>, notes: Notes): void {
  const input = z.object({ id: z.string() });
  mcp.tool("list", { permission: "notes:read" }, (_args, { tenant }) =>
    said(JSON.stringify(notes.list(tenant))),
  );
  mcp.tool("read", { permission: "notes:read", input }, ({ id }, { tenant }) =>
    said(notes.get(tenant, id) ?? "none"),
  );
  mcp.tool(
    "note_of",
    {
      permission: "notes:read",
      input: z.object({ id: z.string(), organization_id: z.string() }),
      tenantArg: "must-equal",
    },
    ({ id }, { tenant }) => said(notes.get(tenant, id) ?? "none"),
  );
  mcp.tool(
    "write",
    { permission: "notes:write", input: z.object({ id: z.string(), text: z.string() }) },
    ({ id, text }, { tenant }) => {
      notes.put(tenant, id, text);
      return said("written");
    },
  );
  mcp.tool("approve", { permission: "notes:write", input }, ({ id }, { tenant, mcp: { state } }) =>
    state === undefined
      ? {
          resultType: "input_required" as const,
          inputRequests: {
            sure: {
              method: "elicitation/create" as const,
              params: {
                mode: "form" as const,
                message: "Sure?",
                requestedSchema: { type: "object" as const, properties: {} },
              },
            },
          },
          requestState: String(notes.get(tenant, id)),
        }
      : said(state),
  );
  mcp.tool("mint", { permission: "notes:read" }, async (_args, { tenant, handles }) =>
    said(await handles.mint("note", notes.get(tenant, "n1"))),
  );
  mcp.tool(
    "open",
    { permission: "notes:read", input: z.object({ handle: z.string() }) },
    async ({ handle }, { handles }) => said(String(await handles.open("note", handle))),
  );
  mcp.tenantlessTool("whoami", { reason: "It says who asks." }, (_args, { auth }) =>
    said(auth.principal.kind),
  );
  mcp.resource("about", { permission: "notes:read", uri: "notes://about" }, (uri, { tenant }) => ({
    contents: [{ uri: uri.href, text: JSON.stringify(notes.list(tenant)) }],
  }));
  mcp.resourceTemplate(
    "note",
    {
      permission: "notes:read",
      uriTemplate: "notes://{tenant}/{id}",
      list: ({ tenant, auth }) =>
        notes.list(tenant).map(([id, title]) => ({
          name: id,
          title,
          uri: `notes://${auth.tenant?.slug}/${id}`,
        })),
      complete: { id: (_value, { tenant }) => notes.list(tenant).map(([, text]) => text) },
    },
    (uri, { tenant, variables }) => {
      const text = notes.get(tenant, String(variables["id"]));
      return text === null ? null : { contents: [{ uri: uri.href, text }] };
    },
  );
  mcp.prompt(
    "summarise",
    {
      permission: "notes:read",
      args: input,
      complete: { id: (_value, { tenant }) => notes.list(tenant).map(([, text]) => text) },
    },
    ({ id }, { tenant }) => ({
      messages: [
        {
          role: "user" as const,
          content: { type: "text" as const, text: `Summarise ${notes.get(tenant, id)}` },
        },
      ],
    }),
  );
}
