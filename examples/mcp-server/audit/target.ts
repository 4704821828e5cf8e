/**
 * `tenantry mcp audit --target examples/mcp-server/audit/target.ts`: the isolation kit against this
 * server, with `AUTH_PROVIDER`'s emulator and tokens that the official SDK client got there.
 */
import { fromWebRequest } from "@tenantry/core/http";
import { demoWorld } from "@tenantry/emulators";
import { defineAuditTarget, type AuditTarget } from "@tenantry/mcp/testkit";
import { connect } from "../client/connect.ts";
import { pressButtons } from "../client/sign-in.ts";
import { defaultProvider } from "../src/providers.ts";
import { deploy } from "./deployment.ts";

/** Vendors whose tokens name the server they were asked for. */
const BOUND = ["oidc", "workos"];

export default defineAuditTarget({
  start: () => startTarget(process.env["AUTH_PROVIDER"] ?? defaultProvider),
});

/** The server with the emulator of a vendor, and a credential of each kind that the vendor has. */
export async function startTarget(provider: string): Promise<AuditTarget> {
  const world = demoWorld();
  for (const name of ["rex", "lea", "zoe"]) {
    const email = `${name}@acme.example`;
    world.users.add({ id: `user_${name}`, email, emailVerified: true, name });
    if (name === "zoe") continue;
    const place = { userId: `user_${name}`, tenantId: "org_acme" };
    world.memberships.add({ ...place, roles: ["viewer"], status: "active" });
  }
  const deployment = await deploy(provider, world);
  const { url, auth, notes } = deployment;
  const isBound = BOUND.includes(provider);

  /** A token by which somebody's agent may do all that its person may. */
  async function tokenOf(person: string, organization: string, at = url): Promise<string> {
    const connection = await connect(at, pressButtons({ person, organization }));
    // Asks for the scope of writing where there is such a thing.
    await connection.call("add_note", { text: "x" }).catch(() => "");
    await connection.close();
    return connection.memory.accessToken() ?? "";
  }

  async function leave(person: string, token: string): Promise<void> {
    const request = new Request(url, { headers: { authorization: `Bearer ${token}` } });
    const outcome = await auth.authenticate(fromWebRequest(request), {
      accept: ["mcp"],
      resource: url,
    });
    if (outcome.kind !== "authenticated") throw new Error(`${person} is not there`);
    world.memberships.remove(`user_${person}`, "org_acme");
    await auth.directory.removeMember(outcome.context.principal.id, "tnt_demo_acme");
  }

  /** A note more in Acme, of which its own subscribers hear. */
  async function touch(): Promise<void> {
    const connection = await connect(
      url,
      pressButtons({ person: "ada@acme.example", organization: "acme" }),
    );
    await connection.call("add_note", { text: "written while others listen" });
    await connection.close();
  }

  const rex = await tokenOf("rex@acme.example", "acme");
  await leave("rex", rex);
  const a = await tokenOf("ada@acme.example", "acme");
  const b = await tokenOf("dan@birch.example", "birch");
  for (const [slug, text] of [
    ["acme", "canary of Acme"],
    ["birch", "canary of Birch"],
  ] as const) {
    const { tenant } = await auth.system({
      tenant: slug,
      actor: "audit",
      role: "editor",
      reason: "something to leak",
    });
    notes.add(tenant.scope, text);
  }

  return {
    url,
    ...(isBound ? { elsewhere: `${deployment.baseUrl}/t/acme/mcp` } : {}),
    tenants: {
      a: { id: "tnt_demo_acme", slug: "acme" },
      b: { id: "tnt_demo_birch", slug: "birch" },
    },
    credentials: {
      a,
      b,
      ...(provider === "stytch" ? {} : { noTenant: await tokenOf("zoe@acme.example", "") }),
      removedMember: rex,
      lowRole: {
        token: await tokenOf("ben@acme.example", "acme"),
        may: ["list_notes", "read_note", "notes://latest"],
      },
      ...(isBound
        ? {
            wrongAudience: await tokenOf(
              "ada@acme.example",
              "acme",
              `${deployment.baseUrl}/t/acme/mcp`,
            ),
          }
        : {}),
      async expiring() {
        const expiresInSeconds = 3;
        const expiresAtMs = Date.now() + expiresInSeconds * 1000;
        const token = await deployment.demo.agentToken({
          person: "ada@acme.example",
          organization: "acme",
          resource: url,
          scopes: ["notes:read"],
          expiresInSeconds,
        });
        return { token, expiresAtMs };
      },
      async leaving() {
        const token = await tokenOf("lea@acme.example", "acme");
        return { token, remove: () => leave("lea", token) };
      },
    },
    missing: {
      noTenant: "Stytch's tokens name an organization, always",
      wrongAudience: "the vendor's tokens are for the whole project, not for one server",
      apiKeyA: "the server takes no API keys",
      apiKeyB: "the server takes no API keys",
    },
    canaries: { a: ["canary of Acme"], b: ["canary of Birch"] },
    tools: {
      list_notes: {},
      read_note: {
        arguments: (seen) => ({ id: idOf(seen.result("list_notes")) }),
        absent: { id: "00000000-0000-0000-0000-000000000000" },
      },
      add_note: {
        arguments: { text: "written by an agent" },
        absent: "names nothing",
        writes: true,
      },
    },
    // Everybody has one of this address, so there is nothing absent to compare it with.
    resources: [{ uri: "notes://latest", touch }],
    auditCount: async () => deployment.auditCount(),
    resourceBinding: isBound,
    close: () => deployment[Symbol.asyncDispose](),
  };
}

function idOf(result: unknown): string {
  return /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/.exec(JSON.stringify(result))?.[0] ?? "";
}
