/** The app as a worker: nothing here or below needs Node. */
import type { Hono } from "hono";
import { createApp } from "./app.ts";
import { createAppAuth } from "./auth.ts";

type Environment = Readonly<Record<string, string>>;

/** A worker learns its settings with its first request. */
let app: Hono | undefined;

async function appFor(env: Environment): Promise<Hono> {
  app ??= createApp(await createAppAuth(env, env["BASE_URL"] ?? ""));
  return app;
}

export default {
  async fetch(request: Request, env: Environment): Promise<Response> {
    return (await appFor(env)).fetch(request, env);
  },
};
