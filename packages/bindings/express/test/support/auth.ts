import { createAuth, definePermissions, type AuthOptions, type LogEvent } from "@tenantry/core";
import { expressAuth } from "@tenantry/express";
import { createTestProvider, type Someone } from "./provider.ts";

const permissions = definePermissions({
  permissions: ["notes:read", "notes:write"],
  roles: { viewer: ["notes:read"], editor: ["notes:read", "notes:write"] },
});

export const ada: Someone = { subject: "ada", organization: "acme", role: "editor" };
export const ben: Someone = { subject: "ben", organization: "acme", role: "viewer" };
export const dan: Someone = { subject: "dan", organization: "birch", role: "editor" };
export const eve: Someone = { subject: "eve", organization: null, role: "viewer" };

/** An auth instance on a provider without network, and its binding. */
export async function createTestAuth(
  options: Partial<Pick<AuthOptions<never, never>, "tenants" | "trustedProxies">> = {},
) {
  const { provider, accessToken } = await createTestProvider();
  const logged: LogEvent[] = [];
  const auth = createAuth({
    baseUrl: "http://localhost:3000",
    providers: [provider],
    permissions,
    secrets: ["a secret that only the tests know, 32+"],
    crossTenant: { internalTenant: "lighthouse", role: "editor", grants: "viewer" },
    ...options,
    log: (event) => logged.push(event),
  });
  const bearer = async (who: Someone) => ({ authorization: `Bearer ${await accessToken(who)}` });
  return { auth, guard: expressAuth(auth), accessToken, bearer, logged };
}

/** Signs somebody in through the auth routes; gives the `Cookie` header of their browser. */
export async function signIn(origin: string, who: Someone): Promise<string> {
  const started = await fetch(`${origin}/auth/login`, { redirect: "manual" });
  const state = new URL(started.headers.get("location") ?? "").searchParams.get("state") ?? "";
  const query = new URLSearchParams({
    state,
    who: [who.subject, who.organization, who.role].join(","),
  });
  const ended = await fetch(`${origin}/auth/callback/test?${query.toString()}`, {
    redirect: "manual",
    headers: { cookie: cookiesOf(started) },
  });
  return cookiesOf(ended);
}

/** The cookies that a response sets and does not delete, as a browser would send them back. */
export function cookiesOf(response: Response): string {
  return response.headers
    .getSetCookie()
    .filter((cookie) => !cookie.includes("Max-Age=0"))
    .map((cookie) => cookie.split(";")[0] ?? "")
    .join("; ");
}
