import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startDemoProvider } from "@tenantry/emulators";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freePort, until } from "./support/demo.ts";
import { deploy } from "./support/deployment.ts";
import { signInAs } from "./support/session.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "pinboard-"));
});
afterAll(() => rm(folder, { recursive: true }));

test.each(["workos", "clerk", "stytch"])(
  "with %s, who is removed at the vendor is out here without anybody asking the vendor",
  { timeout: 30_000 },
  async (provider) => {
    const port = await freePort();
    const demo = await startDemoProvider({ provider, appUrl: `http://localhost:${port}` });
    await using app = await deploy({ port, dataFile: join(folder, `${provider}.json`) }, [demo]);
    const [ada, ben] = [
      await signInAs(app.url, "ada@acme.example"),
      await signInAs(app.url, "ben@acme.example"),
    ];
    const notes = "/t/acme/notes";
    expect((await ben.get(notes)).status).toBe(200);

    const { world } = demo;
    world.memberships.remove(world.userByEmail("ben@acme.example")?.id ?? "", "org_acme");
    await until(async () => (await ben.get(notes)).status !== 200, {
      what: () => "Ben still reads the notes",
      seconds: 10,
    });
    expect((await ada.get(notes)).status).toBe(200);
    await demo.close();
  },
);
