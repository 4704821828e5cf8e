import { createAuthFromEnv } from "@tenantry/core/config";
import { definePermissions } from "@tenantry/core";
import { fromWebRequest } from "@tenantry/core/http";
import { signInHeadless, spawnDemoProvider, type DemoProvider } from "@tenantry/emulators";
import { afterAll, beforeAll, expect, test } from "vitest";

const APP = "http://localhost:9";

let demo: DemoProvider;
beforeAll(async () => {
  demo = await spawnDemoProvider({ provider: "workos", appUrl: APP });
});
afterAll(() => demo.close());

test("an app runs with nothing but the variables of the demo", async () => {
  const auth = await createAuthFromEnv({
    env: { ...demo.env, AUTH_SECRET: "a secret of at least thirty-two characters" },
    baseUrl: APP,
    providers: { workos: () => import("../src/index.ts") },
    permissions: definePermissions({
      permissions: ["notes:read", "notes:write"],
      roles: { admin: ["notes:*"], editor: ["notes:*"], viewer: ["notes:read"] },
    }),
    log: () => undefined,
  });
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
  const [, url = "", ...form] = /curl -s (\S+) (.*)/.exec(demo.tokenCommand ?? "") ?? [];
  const body = new URLSearchParams(form.join(" ").replaceAll("-d ", "").replaceAll(" ", "&"));
  const response = await fetch(url, { method: "POST", body });
  expect(await response.json()).toMatchObject({ access_token: expect.stringMatching(/^ey/) });
});
