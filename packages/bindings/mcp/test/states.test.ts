import { describe, expect, test } from "vitest";
import { answerOf, send, textOf, type Answer } from "./support/wire.ts";
import { ada, ben, createWorld, dan, type World } from "./support/world.ts";

const era = "2026-07-28";

async function tool(
  world: World,
  token: string,
  params: Readonly<Record<string, unknown>>,
): Promise<Answer> {
  return answerOf(await send(world.resource, { era, method: "tools/call", params, token }));
}

const answers = { sure: { action: "accept", content: {} } };

describe("the state of a call in several rounds", () => {
  async function asked(world: World, who = ada) {
    const token = await world.token(who);
    const params = { name: "approve", arguments: { id: "n1" } };
    const { result } = await tool(world, token, params);
    return { token, params, state: String(result?.["requestState"]) };
  }

  test("is sealed on its way out, and opened for the same call", async () => {
    await using world = await createWorld();
    const { token, params, state } = await asked(world);
    expect(state).not.toContain("asked");
    const next = await tool(world, token, {
      ...params,
      requestState: state,
      inputResponses: answers,
    });
    expect(textOf(next)).toBe("asked:n1");
  });

  test("outlives a refreshed token", async () => {
    await using world = await createWorld();
    const { params, state } = await asked(world);
    const next = await tool(world, await world.token(ada), {
      ...params,
      requestState: state,
      inputResponses: answers,
    });
    expect(textOf(next)).toBe("asked:n1");
  });

  test.each([
    ["of another person in the tenant", { ...ben, role: "editor" }, {}],
    ["of another tenant, through the same client", dan, {}],
    ["of the same person in another tenant", { ...ada, organization: "birch" }, {}],
    ["about other arguments", ada, { arguments: { id: "n2" } }],
  ] as const)("is refused as one %s", async (_name, who, changes) => {
    await using world = await createWorld();
    const { params, state } = await asked(world);
    const answer = await tool(world, await world.token(who), {
      ...params,
      ...changes,
      requestState: state,
      inputResponses: answers,
    });
    expect(answer.error?.code).toBe(-32_602);
    expect(answer.error?.message).toBe("Invalid or expired requestState");
  });

  test("is refused when it was forged", async () => {
    await using world = await createWorld();
    const { token, params, state } = await asked(world);
    for (const forged of ["asked:n1", `${state}x`, state.replace("1.", "2.")]) {
      const answer = await tool(world, token, { ...params, requestState: forged });
      expect(answer.error?.code).toBe(-32_602);
    }
  });
});

describe("a handle", () => {
  const minted = async (world: World) =>
    textOf(await tool(world, await world.token(ada), { name: "mint", arguments: {} }));
  const opened = async (world: World, who: typeof ada, handle: string) =>
    textOf(await tool(world, await world.token(who), { name: "open", arguments: { handle } }));

  test("opens for whom it was minted", async () => {
    await using world = await createWorld();
    expect(await opened(world, ada, await minted(world))).toBe('"after:7"');
  });

  test("opens for nobody else, and not for the same person in another tenant", async () => {
    await using world = await createWorld();
    const handle = await minted(world);
    for (const who of [ben, dan, { ...ada, organization: "birch" }]) {
      expect(await opened(world, who, handle)).toBe("null");
    }
    expect(await opened(world, ada, `${handle}x`)).toBe("null");
  });

  test("is none of another kind", async () => {
    await using world = await createWorld();
    const token = await world.token(ada);
    const { result } = await tool(world, token, { name: "approve", arguments: { id: "n1" } });
    expect(await opened(world, ada, String(result?.["requestState"]))).toBe("null");
  });
});
