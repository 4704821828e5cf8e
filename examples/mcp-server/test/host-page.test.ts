import { describe, expect, test } from "vitest";
import { deploy } from "../audit/deployment.ts";
import { connect } from "../client/connect.ts";
import { createPerson } from "./person.ts";

const CLEO = { email: "cleo@acme.example" };

const start = (provider: string) => deploy(provider, undefined, { hostPage: true });

describe.each(["stytch", "workos"])("the app's own page of consent with %s", (provider) => {
  test("lets the official SDK client into the organization that was chosen, and into no other", async () => {
    await using deployment = await start(provider);
    const cleo = createPerson(CLEO);
    const inAcme = cleo.decides({ organization: "Acme" });
    const acme = await connect(deployment.url, inAcme);
    expect(await acme.call("list_notes")).toContain("Launch is on Thursday.");
    expect(cleo.seen).toHaveLength(1);
    expect(cleo.seen[0]).toContain("in <strong>Acme</strong>");

    const { tenant } = await deployment.auth.system({
      tenant: "acme",
      actor: "test",
      role: "viewer",
      reason: "reading the trail",
    });
    const { items } = await deployment.stores.audit.listByTenant(tenant.id);
    expect(items.filter(({ type }) => type === "client.consented")).not.toEqual([]);
    await acme.close();
  });

  test("asks again in the same browser, and lets the person take another organization", async () => {
    await using deployment = await start(provider);
    const cleo = createPerson(CLEO);
    const acme = await connect(deployment.url, cleo.decides({ organization: "Acme" }));
    const birch = await connect(deployment.url, cleo.decides({ organization: "Birch" }));
    expect(cleo.seen.map((page) => /in <strong>(\w+)<\/strong>/.exec(page)?.[1])).toEqual([
      "Acme",
      "Acme",
      "Birch",
    ]);
    expect(await birch.call("list_notes")).toContain("Acme asked for a quote");
    expect(await birch.tools()).not.toContain("add_note");
    expect(await acme.call("list_notes")).toContain("Launch is on Thursday.");
    await Promise.all([acme.close(), birch.close()]);
  });
});

describe("the address of one organization", () => {
  test("is asked about there, where the vendor says which address it is", async () => {
    await using deployment = await start("stytch");
    const cleo = createPerson(CLEO);
    const acme = await connect(deployment.url, cleo.decides({ organization: "Acme" }));
    const birchOnly = new URL("/t/birch/mcp", deployment.url).href;
    const birch = await connect(birchOnly, cleo.decides({ organization: "Birch" }));
    expect(cleo.seen).toHaveLength(2);
    expect(cleo.seen[1]).toContain("in <strong>Birch</strong>");
    expect(await birch.call("list_notes")).toContain("Acme asked for a quote");
    await Promise.all([acme.close(), birch.close()]);
  });

  test("stays closed to what was allowed in another one", async () => {
    await using deployment = await start("workos");
    const cleo = createPerson(CLEO);
    const birchOnly = new URL("/t/birch/mcp", deployment.url).href;
    const wrong = connect(birchOnly, cleo.decides({ organization: "Acme" }));
    await expect(wrong).rejects.toThrow("Server returned 401");
  });
});

describe("a no on the app's own page", () => {
  test("reaches the client where the vendor passes it on", async () => {
    await using deployment = await start("stytch");
    const cleo = createPerson(CLEO);
    const no = cleo.decides({ organization: "Acme", decision: "deny" });
    const answers: URL[] = [];
    const refused = connect(deployment.url, async (url) => {
      const answer = await no(url);
      answers.push(answer);
      return answer;
    });
    await expect(refused).rejects.toThrow("access_denied");
    expect(answers[0]?.searchParams.get("error")).toBe("access_denied");
    expect(answers[0]?.searchParams.get("code")).toBeNull();
  });

  test("ends there where the vendor cannot be told", async () => {
    await using deployment = await start("workos");
    const cleo = createPerson(CLEO);
    const refused = connect(
      deployment.url,
      cleo.decides({ organization: "Acme", decision: "deny" }),
    );
    await expect(refused).rejects.toThrow("Nothing was allowed.");
  });
});
