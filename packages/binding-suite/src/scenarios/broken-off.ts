import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import { apiApp, whoAsks } from "../rows/api-app.ts";
import { send } from "../wire.ts";
import { SLOW_MS, SLOW_TOKEN } from "../world/provider.ts";
import type { World } from "../world/world.ts";
import type { Scenario } from "./scenario.ts";

/** What must still work after somebody has hung up or a handler has failed. */
async function servesOthers(port: number, { bearers, logged }: World): Promise<void> {
  const next = await send(port, { line: "GET /read", headers: [["authorization", bearers.ada]] });
  expect(next.status).toBe(200);
  expect(next.body).toBe('{"who":"ada","tenant":"acme"}');
  expect(logged.filter(({ level }) => level === "error")).toEqual([]);
}

const app: Scenario["app"] = (_, ran) => apiApp(ran);

/** Sends text and hangs up a moment later. */
async function hangUpAfter(port: number, text: string): Promise<void> {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {});
  await once(socket, "connect");
  socket.write(text);
  await sleep(30);
  socket.destroy();
  await sleep(30);
}

/** A handler that takes its time, and counts if it still knows afterwards who it works for. */
const slowApp: Scenario["app"] = (_, ran) => ({
  steps: [
    { kind: "authenticate" },
    {
      kind: "route",
      method: "GET",
      path: "/read",
      guards: [{ kind: "requirePermission", permissions: ["notes:read"] }],
      handle: (call) => ({ body: JSON.stringify(whoAsks(call)) }),
    },
    {
      kind: "route",
      method: "GET",
      path: "/slow",
      guards: [{ kind: "requirePermission", permissions: ["notes:read"] }],
      async handle(call) {
        await sleep(SLOW_MS);
        if (whoAsks(call).who === "ada") ran();
        return { body: "late", headers: [["x-late", "1"]] };
      },
    },
  ],
});

export const brokenOff: readonly Scenario[] = [
  {
    title: "a client that hangs up while a handler works leaves the server as it was",
    app: slowApp,
    async run({ port, world, handled }) {
      await hangUpAfter(
        port,
        `GET /slow HTTP/1.1\r\nhost: a\r\nauthorization: ${world.bearers.ada}\r\n\r\n`,
      );
      await sleep(2 * SLOW_MS);
      expect(handled()).toBe(1);
      await servesOthers(port, world);
    },
  },
  {
    title: "a client that hangs up before it is known who asks leaves the server as it was",
    app: slowApp,
    async run({ port, world }) {
      await hangUpAfter(
        port,
        `GET /read HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ${SLOW_TOKEN}\r\n\r\n`,
      );
      await sleep(2 * SLOW_MS);
      await servesOthers(port, world);
    },
  },
  {
    title: "a client that hangs up in the middle of a form leaves the server as it was",
    app,
    async run({ port, world }) {
      await hangUpAfter(
        port,
        `POST /auth/logout HTTP/1.1\r\nhost: a\r\norigin: http://localhost:3000\r\ncookie: ${world.cookies.ada}\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: 100\r\n\r\nhalf`,
      );
      await servesOthers(port, world);
      const session = await send(port, {
        line: "GET /read",
        headers: [["cookie", world.cookies.ada]],
      });
      expect(session.status).toBe(200);
    },
  },
  {
    title: "a client that hangs up in the middle of a webhook leaves the server as it was",
    app,
    async run({ port, world }) {
      await hangUpAfter(
        port,
        'POST /auth/webhooks/test HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{"a":\r\n',
      );
      await servesOthers(port, world);
    },
  },
  {
    title: "a client that hangs up in the middle of a stream leaves the server as it was",
    app,
    async run({ port, world }) {
      const socket = connect(port, "127.0.0.1");
      socket.on("error", () => {});
      socket.write(
        `GET /stream HTTP/1.1\r\nhost: a\r\nauthorization: ${world.bearers.ada}\r\n\r\n`,
      );
      await once(socket, "data");
      socket.destroy();
      await sleep(50);
      await servesOthers(port, world);
    },
  },
  {
    title: "a handler that fails in the middle of its stream breaks it off, and nothing else",
    app,
    async run({ port, world }) {
      const reply = await send(port, {
        line: "GET /breaks",
        headers: [["authorization", world.bearers.ada]],
      });
      expect(reply.status).toBe(200);
      // What was sent last may be lost with the connection.
      expect(["one ", "one two "]).toContain(reply.body);
      expect(reply.isWhole).toBe(false);
      expect(reply.headers).toContainEqual(["cache-control", "private, no-store"]);
      await servesOthers(port, world);
    },
  },
  {
    title: "several requests on one connection are several people's",
    app,
    async run({ port, world }) {
      const socket = connect(port, "127.0.0.1");
      const chunks: Buffer[] = [];
      socket.on("data", (chunk) => chunks.push(chunk));
      const get = (authorization: string, connection: string) =>
        `GET /open HTTP/1.1\r\nhost: a\r\nconnection: ${connection}\r\n${authorization}\r\n\r\n`;
      socket.write(
        get(`authorization: ${world.bearers.ada}`, "keep-alive") +
          get(`authorization: ${world.bearers.dan}`, "keep-alive") +
          get("x-nothing: 1", "close"),
      );
      await once(socket, "close");
      const text = Buffer.concat(chunks).toString();
      expect(text.match(/"who":(?:null|"\w+")/g)).toEqual([
        '"who":"ada"',
        '"who":"dan"',
        '"who":null',
      ]);
    },
  },
];
