import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { signInHeadless, spawnDemoProvider, type DemoProvider } from "@tenantry/emulators";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { providers } from "../src/providers.ts";
import { freePort } from "./support/demo.ts";
import { deploy, type Place } from "./support/deployment.ts";
import { signInAs, type SignedIn } from "./support/session.ts";

const OLD = "oidc";
const ADA = "ada@acme.example";
const BEN = "ben@acme.example";
const NOTE = "Written before the change of vendor";

/** Who a signed-in browser is, in the app's own ids. */
interface Who {
  readonly userId: string;
  readonly tenantId: string;
}

async function whoIs(person: SignedIn): Promise<Who> {
  const { principal, tenant } = (await (await person.get("/auth/me")).json()) as {
    readonly principal: { readonly id: string };
    readonly tenant: { readonly id: string } | null;
  };
  return { userId: principal.id, tenantId: tenant?.id ?? "" };
}

/** Presses the button of the link page, and signs in at the other provider too. */
async function link(person: SignedIn, provider: string, email: string): Promise<Response> {
  const page = await (await person.get(`/auth/link?provider=${provider}&returnTo=/notes`)).text();
  if (!page.includes('action="/auth/link"')) throw new Error(`there is no button: ${page}`);
  const started = await person.post("/auth/link", { provider, returnTo: "/notes" });
  const authorizationUrl = started.headers.get("location") ?? "";
  const callback = await signInHeadless({ authorizationUrl, person: email });
  return person.get(callback.pathname + callback.search);
}

describe.each(Object.keys(providers).filter((name) => name !== OLD))("from oidc to %s", (next) => {
  let place: Place;
  let folder = "";
  let demos: { readonly before: DemoProvider; readonly after: DemoProvider };
  let ada: Who;
  let ben: Who;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "pinboard-"));
    place = { port: await freePort(), dataFile: join(folder, "data.json") };
    const appUrl = `http://localhost:${place.port}`;
    const [before, after] = await Promise.all(
      [OLD, next].map((provider) => spawnDemoProvider({ provider, appUrl })),
    );
    if (before === undefined || after === undefined) throw new Error("no providers");
    demos = { before, after };
  });
  afterAll(async () => {
    await Promise.all([demos.before.close(), demos.after.close()]);
    await rm(folder, { recursive: true });
  });

  test("people work with the old vendor", async () => {
    await using app = await deploy(place, [demos.before]);
    const asAda = await signInAs(app.url, ADA);
    expect((await asAda.post("/t/acme/notes", { text: NOTE })).status).toBe(303);
    ada = await whoIs(asAda);
    ben = await whoIs(await signInAs(app.url, BEN));
    expect(ben).toMatchObject({ tenantId: ada.tenantId });
    expect(ben.userId).not.toBe(ada.userId);
  });

  test("with both vendors, an administrator maps the tenant and Ada links herself", async () => {
    await using app = await deploy(place, [demos.before, demos.after]);
    const external = { ...demos.after.links, external: "org_acme" };
    expect(await app.auth.directory.linkTenant(external, ada.tenantId)).toMatchObject({ ok: true });

    const asAda = await signInAs(app.url, ADA);
    expect(await whoIs(asAda)).toEqual(ada);
    const linked = await link(asAda, next, ADA);
    expect(linked.headers.get("location")).toBe("/notes");
    expect(await whoIs(asAda)).toEqual(ada);
    expect(await (await asAda.get("/t/acme/notes")).text()).toContain(NOTE);
  });

  test("with the new vendor alone, Ada is who she was, and so are her tenant and note", async () => {
    await using app = await deploy(place, [demos.after]);
    const asAda = await signInAs(app.url, ADA);
    expect(await whoIs(asAda)).toEqual(ada);
    expect(await (await asAda.get("/t/acme/notes")).text()).toContain(NOTE);
  });

  test("Ben, who did not link, is somebody else in the same tenant, whatever his address", async () => {
    await using app = await deploy(place, [demos.after]);
    const who = await whoIs(await signInAs(app.url, BEN));
    expect(who.tenantId).toBe(ada.tenantId);
    expect(who.userId).not.toBe(ben.userId);
    // An administrator who knows him may decide that he is the same.
    const stranger = await app.auth.directory.currentUser(who.userId);
    const known = await app.auth.directory.currentUser(ben.userId);
    expect([stranger?.email?.value, known?.email?.value]).toEqual([BEN, BEN]);
  });
});
