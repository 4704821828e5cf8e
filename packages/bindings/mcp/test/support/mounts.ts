import type { RequestListener } from "node:http";
import { getRequestListener } from "@hono/node-server";
import type { Mcp, McpOptions } from "@tenantry/mcp";
import { createMcp as createMcpV1 } from "@tenantry/mcp/v1";
import express from "express";
import fastify from "fastify";
import { Hono } from "hono";
import type { WorldOptions } from "./world.ts";
import type { P } from "./world.ts";
import { ERAS, type Era } from "./wire.ts";

/** A way in which an app puts the server behind an address. */
export interface Mounted {
  readonly name: string;
  readonly eras: readonly Era[];
  readonly options: Pick<WorldOptions, "mount" | "create">;
}

function listen(handler: (...args: Parameters<RequestListener>) => unknown): RequestListener {
  return (req, res) => void handler(req, res);
}

function onFetch(mcp: Mcp<P>): RequestListener {
  return listen(getRequestListener((request) => mcp.fetch(request)));
}

function onHono(mcp: Mcp<P>): RequestListener {
  const app = new Hono();
  app.all("*", (context) => mcp.fetch(context.req.raw));
  return listen(getRequestListener(app.fetch));
}

function onExpress(mcp: Mcp<P>, parse: boolean): RequestListener {
  const app = express();
  if (parse) app.use(express.json());
  app.use(mcp.node());
  app.use((_req, res) => void res.status(418).send("the app's own"));
  return listen(app);
}

function onFastify(mcp: Mcp<P>): RequestListener {
  const app = fastify();
  const serve = mcp.node();
  // The body stays on the wire: the server reads it, with a limit of its own.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", (_request, _payload, done) => done(null));
  app.all("/*", (request, reply) => {
    reply.hijack();
    serve(request.raw, reply.raw);
  });
  return (req, res) => {
    void app.ready().then(() => app.routing(req, res));
  };
}

function onFastifyParsed(mcp: Mcp<P>): RequestListener {
  const app = fastify();
  const serve = mcp.node();
  app.all("/*", (request, reply) => {
    reply.hijack();
    serve(Object.assign(request.raw, { body: request.body }), reply.raw);
  });
  return (req, res) => {
    void app.ready().then(() => app.routing(req, res));
  };
}

/** Every way in. Version 1 of the SDK speaks the older protocol only. */
export const MOUNTS: readonly Mounted[] = [
  { name: "node:http", eras: ERAS, options: {} },
  { name: "fetch", eras: ERAS, options: { mount: onFetch } },
  { name: "Hono", eras: ERAS, options: { mount: onHono } },
  { name: "Express", eras: ERAS, options: { mount: (mcp) => onExpress(mcp, false) } },
  {
    name: "Express with parsed bodies",
    eras: ERAS,
    options: { mount: (mcp) => onExpress(mcp, true) },
  },
  { name: "Fastify", eras: ERAS, options: { mount: onFastify } },
  { name: "Fastify with parsed bodies", eras: ERAS, options: { mount: onFastifyParsed } },
  {
    name: "SDK version 1",
    eras: ["2025-11-25"],
    options: { create: (options) => createMcpV1<P>(withoutLegacy(options)) },
  },
];

function withoutLegacy({ legacy: _legacy, ...options }: McpOptions<P>) {
  return options;
}
