import { honoAuth } from "@tenantry/hono";
import { Hono } from "hono";
import { createApp } from "./app.ts";
import type { Plan } from "./plan.ts";
import { expectSame, type Check } from "./report.ts";
import { PROVIDERS } from "./tokens.ts";

interface Visit {
  readonly name: string;
  readonly path: string;
  /** Which of the plan's tokens it carries. */
  readonly token?: string;
  readonly status: number;
  readonly body: unknown;
}

const VISITS: readonly Visit[] = [
  {
    name: "lets in who may read",
    path: "/t/acme/notes",
    token: "access token, good",
    status: 200,
    body: { notesOf: "acme" },
  },
  {
    name: "asks nobody to sign in",
    path: "/t/acme/notes",
    status: 401,
    body: "credential_missing",
  },
  {
    name: "refuses a forged token",
    path: "/t/acme/notes",
    token: "access token, forged",
    status: 401,
    body: "credential_invalid",
  },
  {
    name: "does not find another tenant",
    path: "/t/birch/notes",
    token: "access token, good",
    status: 404,
    body: "tenant_not_found",
  },
  { name: "serves the auth routes", path: "/auth/me", status: 401, body: "credential_missing" },
];

/** An app on Hono, asked through its fetch handler as the runtime would. */
export function honoChecks(plan: Plan): readonly Check[] {
  const auth = createApp(plan, PROVIDERS.oidc(plan.options));
  const { authenticate, requirePermission, authRoutes } = honoAuth(auth);
  const app = new Hono();
  app.all(`${auth.routes.path}/*`, authRoutes());
  app.get("/t/:tenant/notes", authenticate(), requirePermission("notes:read"), (c) =>
    c.json({ notesOf: c.var.auth.tenant.slug }),
  );
  return VISITS.map(({ name, path, token, status, body }) => ({
    name: `hono: ${name}`,
    async run() {
      const headers = new Headers({ accept: "application/json" });
      const found = plan.tokens.find((one) => one.vendor === "oidc" && one.name === token);
      if (found !== undefined) headers.set("authorization", `Bearer ${found.token}`);
      const response = await app.fetch(new Request(new URL(path, plan.baseUrl), { headers }));
      const answer: { error?: { code?: string } } = await response.json();
      expectSame([response.status, answer.error?.code ?? answer], [status, body]);
      expectSame(response.headers.get("cache-control"), "private, no-store");
    },
  }));
}
