import { OAuth2Server } from "oauth2-mock-server";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { callApi } from "./support/api-answer.ts";
import { freePort, startDemo } from "./support/demo.ts";
import { issuerEnv, ORGANIZATIONS, startIssuer } from "./support/provider-env.ts";
import { signInAs, signInDirectly } from "./support/session.ts";

/** An issuer that others wrote. It asks nobody to sign in: everybody is "johndoe". */
describe("with an independent issuer named by the environment", () => {
  let server: OAuth2Server;
  let issuer = "";

  beforeAll(async () => {
    server = new OAuth2Server();
    await server.issuer.keys.generate("RS256");
    await server.start(0, "localhost");
    issuer = server.issuer.url ?? "";
    server.service.on("beforeTokenSigning", (token: { payload: Record<string, unknown> }) => {
      token.payload["roles"] = ["editor"];
      token.payload["name"] = "John Doe";
    });
  });
  afterAll(() => server.stop());

  test("the demo starts no emulator and says whose provider it uses", async () => {
    await using demo = await startDemo({ ...issuerEnv(issuer), OIDC_TENANT: "acme" });
    expect(demo.emulator).toBeNull();
    expect(demo.output()).toContain("yours, as AUTH_PROVIDER=oidc and its settings say");
    const landing = await (await fetch(demo.url)).text();
    expect(landing).toContain("Sign in");
    expect(landing).not.toContain("Whom you can be");
  });

  test("OIDC_TENANT puts everybody into that tenant", async () => {
    await using demo = await startDemo({
      ...issuerEnv(issuer),
      OIDC_TENANT: "acme",
      OIDC_ROLES_CLAIM: "roles",
    });
    const john = await signInDirectly(demo.url);
    expect((await john.get("/notes")).headers.get("location")).toBe("/t/acme/notes");
    expect((await john.post("/t/acme/notes", { text: "John was here" })).status).toBe(303);
    const page = await (await john.get("/t/acme/notes")).text();
    expect(page).toContain("John was here");
    expect(page).toContain("John Doe");
    expect((await john.get("/t/birch/notes")).status).toBe(404);
  });

  test("without a roles claim nobody has a role, and the page says so", async () => {
    await using demo = await startDemo({ ...issuerEnv(issuer), OIDC_TENANT: "acme" });
    const john = await signInDirectly(demo.url);
    const page = await john.get("/t/acme/notes");
    expect(page.status).toBe(403);
    expect(await page.text()).toContain("Your role in this organization does not allow this");
    expect(await (await john.get("/you")).text()).toMatch(/<dt>Roles<\/dt>\s*<dd>none<\/dd>/);
  });

  test("with neither OIDC_TENANT nor OIDC_ORG_CLAIM a person sees a clear page and no tenant", async () => {
    await using demo = await startDemo({ ...issuerEnv(issuer), OIDC_ROLES_CLAIM: "roles" });
    const john = await signInDirectly(demo.url);
    const page = await john.get("/notes");
    expect(page.status).toBe(403);
    expect(await page.text()).toContain("You belong to no tenant");
    for (const path of ["/t/acme/notes", "/t/nowhere/notes"]) {
      expect((await john.get(path)).status).toBe(404);
      expect((await john.post(path, { text: "x" })).status).toBe(404);
    }
    expect((await john.get("/support")).status).toBe(403);
  });
});

describe("with OIDC_ORG_CLAIM", () => {
  test("a map decides which organization is which tenant, and outside it there is none", async () => {
    const port = await freePort();
    const issuer = await startIssuer({
      clients: [
        {
          clientId: "pinboard",
          clientSecret: "pinboard-secret",
          redirectUris: [`http://localhost:${port}/auth/callback/oidc`],
        },
      ],
    });
    await using demo = await startDemo({
      ...issuerEnv(issuer.issuer),
      ...ORGANIZATIONS,
      OIDC_ORG_UNKNOWN: "refuse",
      OIDC_ORG_MAP: "org_acme=north",
      PORT: String(port),
    });
    const ada = await signInAs(demo.url, "ada@acme.example");
    expect((await ada.get("/t/north/notes")).status).toBe(200);
    expect((await ada.get("/t/acme/notes")).status).toBe(404);

    const dan = await signInAs(demo.url, "dan@birch.example");
    const page = await dan.get("/notes");
    expect(page.status).toBe(403);
    expect(await page.text()).toContain("You belong to no tenant");
    expect((await dan.get("/t/north/notes")).status).toBe(404);

    const { controls } = issuer;
    const scopes = ["notes:read"];
    const ofAda = await controls.mintAccessToken({ subject: "ada@acme.example", scopes });
    const ofDan = await controls.mintAccessToken({ subject: "dan@birch.example", scopes });
    const url = `${demo.url}/api/notes`;
    expect(await callApi(url, `Bearer ${ofAda}`)).toMatchObject({ body: { tenant: "north" } });
    expect(await callApi(url, `Bearer ${ofDan}`)).toMatchObject({ code: "tenant_required" });
    await issuer.close();
  });
});
