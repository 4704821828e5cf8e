import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { createAuthFromEnv } from "@tenantry/core/config";
import { definePermissions } from "@tenantry/core";
import { fromWebRequest } from "@tenantry/core/http";
import { signInHeadless, spawnDemoProvider, type DemoProvider } from "@tenantry/emulators";
import { afterAll, beforeAll, expect, test } from "vitest";

const APP = "http://localhost:9";

let demo: DemoProvider;
beforeAll(async () => {
  demo = await spawnDemoProvider({ provider: "clerk", appUrl: APP });
});
afterAll(() => demo.close());

function appOf({ env }: DemoProvider) {
  return createAuthFromEnv({
    env: { ...env, AUTH_SECRET: "a secret of at least thirty-two characters" },
    baseUrl: APP,
    providers: { clerk: () => import("../src/index.ts") },
    permissions: definePermissions({
      permissions: ["notes:read", "notes:write"],
      roles: { admin: ["notes:*"], editor: ["notes:*"], viewer: ["notes:read"] },
    }),
    log: () => undefined,
  });
}

test("an app runs with nothing but the variables of the demo", async () => {
  const auth = await appOf(demo);
  const begun = await auth.routes.handle(new Request(`${APP}/auth/login`));
  const callback = await signInHeadless({
    authorizationUrl: begun.headers.get("location") ?? "",
    person: "ada@acme.example",
  });
  const cookies = (response: Response) =>
    response.headers
      .getSetCookie()
      .map((line) => line.split(";")[0])
      .join("; ");
  const back = await auth.routes.handle(
    new Request(callback, { headers: { cookie: cookies(begun) } }),
  );
  const outcome = await auth.authenticate(
    fromWebRequest(new Request(`${APP}/`, { headers: { cookie: cookies(back) } })),
  );
  expect(outcome).toMatchObject({
    kind: "authenticated",
    context: { tenant: { slug: "acme" }, roles: ["admin"], provider: demo.links },
  });
  auth.close();
});

test("the demo's machine has a token for Acme", async () => {
  const { stdout } = await promisify(execFile)("sh", ["-c", demo.tokenCommand ?? "false"]);
  const { access_token: token } = JSON.parse(stdout) as { readonly access_token: string };
  const auth = await appOf(demo);
  const headers = { authorization: `Bearer ${token}` };
  const outcome = await auth.authenticate(fromWebRequest(new Request(`${APP}/api`, { headers })));
  expect(outcome).toMatchObject({
    kind: "authenticated",
    context: { principal: { kind: "service" }, roles: ["editor"], credential: { accepted: "m2m" } },
  });
  auth.close();
});
