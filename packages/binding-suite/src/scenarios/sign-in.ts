import { expect } from "vitest";
import { apiApp } from "../rows/api-app.ts";
import { send, type WireReply, type WireRequest } from "../wire.ts";
import { BASE_URL, cookiesOf } from "../world/world.ts";
import type { Scenario } from "./scenario.ts";

const header = (reply: WireReply, wanted: string) =>
  reply.headers.find(([name]) => name === wanted)?.[1] ?? "";
const cookies = (reply: WireReply) =>
  cookiesOf(
    reply.headers
      .filter(([name, value]) => name === "set-cookie" && !value.startsWith("theme="))
      .map(([, value]) => value),
  );
const get = (path: string, cookie = ""): WireRequest => ({
  line: `GET ${path}`,
  headers: cookie === "" ? [] : [["cookie", cookie]],
});

/** A person signs in and out through a binding, and nobody else does with what they bring. */
export const signIn: Scenario = {
  title: "a person signs in and out, and GHSA-x445-f3h2-j279: only in the browser that began it",
  app: (_, ran) => apiApp(ran),
  async run({ port }) {
    const started = await send(port, get("/auth/login"));
    expect(started.status).toBe(303);
    const state = new URL(header(started, "location")).searchParams.get("state") ?? "";
    const callback = `/auth/callback/test?state=${state}&who=dan,birch,editor`;

    const elsewhere = await send(port, get(callback));
    expect(elsewhere.status).toBe(400);
    expect(cookies(elsewhere)).toBe("");

    const ended = await send(port, get(callback, cookies(started)));
    expect(ended.status).toBe(303);
    const session = cookies(ended);
    const inside = await send(port, get("/read", session));
    expect(inside.body).toBe('{"who":"dan","tenant":"birch"}');

    const again = await send(port, get(callback, cookies(started)));
    expect(again.status).toBe(400);

    const left = await send(port, {
      line: "POST /auth/logout",
      headers: [
        ["cookie", session],
        ["origin", BASE_URL],
      ],
      body: "",
    });
    expect(left.status).toBe(303);
    const outside = await send(port, get("/read", session));
    expect(outside.status).toBe(401);
  },
};
