import { fileURLToPath } from "node:url";
import express, { type ErrorRequestHandler, type Express } from "express";
import { expressAuth } from "@tenantry/express";
import type { Auth } from "@tenantry/core";
import type { Stores } from "@tenantry/core/stores";
import { createApi } from "./api.ts";
import type { DemoPerson } from "./demo-people.ts";
import type { Notes } from "./notes.ts";
import { createPages } from "./pages.ts";
import type { Permission, Role } from "./permissions.ts";
import { securityHeaders } from "./security-headers.ts";
import { problemPage } from "./views/plain-pages.ts";

/** What the app is made of. */
export interface AppParts {
  readonly auth: Auth<Permission, Role>;
  readonly stores: Stores;
  readonly notes: Notes;
  /** Whom one can sign in as, for the front page. None with a provider of your own. */
  readonly people: readonly DemoPerson[];
}

/** The whole app: sign-in routes, API, pages. */
export function createApp(parts: AppParts): Express {
  const app = express();
  const guard = expressAuth(parts.auth);
  app.disable("x-powered-by");
  app.use(securityHeaders);
  app.use(express.static(fileURLToPath(new URL("../public", import.meta.url))));
  app.use(parts.auth.routes.path, guard.authRoutes());
  app.use("/api", createApi(guard, parts.notes));
  app.use(createPages(guard, parts));
  app.use(onError);
  return app;
}

/** The last resort. Nothing of the error reaches the browser. */
const onError: ErrorRequestHandler = (error: unknown, req, res, next) => {
  const status = statusOf(error);
  if (status === 500) console.error(error);
  if (res.headersSent) return next(error);
  const message = status === 500 ? "Something went wrong." : "The request could not be read.";
  if (req.path.startsWith("/api/")) res.status(status).json({ error: { message } });
  else res.status(status).send(problemPage(undefined, message));
};

/** Body parsers say with a status of their own that the client is to blame. */
function statusOf(error: unknown): number {
  const status = typeof error === "object" && error !== null && "status" in error && error.status;
  return typeof status === "number" && status >= 400 && status < 500 ? status : 500;
}
