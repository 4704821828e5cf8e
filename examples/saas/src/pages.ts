import express, { type Request, type Response, type Router } from "express";
import type { ExpressAuth } from "@tenantry/express";
import type { AppParts } from "./app.ts";
import { allTenants } from "./directory.ts";
import { readText } from "./notes.ts";
import type { Permission } from "./permissions.ts";
import { landingPage } from "./views/landing.ts";
import { notesPage } from "./views/notes.ts";
import { noTenantPage, notFoundPage, problemPage } from "./views/plain-pages.ts";
import { supportPage } from "./views/support.ts";
import { youPage } from "./views/you.ts";
import { visitorOf, type Visitor } from "./visitor.ts";

/** The pages. They take the session cookie and no token. */
export function createPages(guard: ExpressAuth<Permission>, parts: AppParts): Router {
  const { authenticate, requireAuth, requirePermission, get, tenantContext } = guard;
  const { auth, stores, notes, people } = parts;
  const pages = express.Router();
  const form = express.urlencoded({ extended: false, limit: "16kb" });

  /** A handler for somebody who has passed a guard. */
  function known(handler: (visitor: Visitor, req: Request, res: Response) => unknown) {
    return async (req: Request, res: Response): Promise<void> => {
      const visitor = await visitorOf(get(req), auth);
      if (visitor === null) throw new TypeError("This handler needs a guard in front of it.");
      await handler(visitor, req, res);
    };
  }

  pages.use(authenticate({ accept: ["session"] }));

  pages.get("/", async (req, res) => {
    res.send(landingPage(await visitorOf(get(req), auth), people));
  });

  pages.get(
    "/notes",
    requireAuth(),
    known((visitor, _req, res) => {
      const { tenant } = visitor.context;
      if (tenant === null) res.status(403).send(noTenantPage(visitor));
      else res.redirect(303, `/t/${tenant.slug}/notes`);
    }),
  );

  pages.get(
    "/t/:slug/notes",
    requirePermission("notes:read"),
    known((visitor, req, res) =>
      res.send(notesPage(visitor, notes.list(tenantContext(req).tenant.scope))),
    ),
  );

  pages.post(
    "/t/:slug/notes",
    requirePermission("notes:write"),
    form,
    known((visitor, req, res) => {
      const { tenant } = tenantContext(req);
      const body: unknown = req.body;
      const text = readText(
        typeof body === "object" && body !== null && "text" in body && body.text,
      );
      if (text === null) {
        res.status(400).send(problemPage(visitor, "A note has between 1 and 1000 characters."));
        return;
      }
      notes.add(tenant.scope, { text, author: visitor.name });
      res.redirect(303, `/t/${tenant.slug}/notes`);
    }),
  );

  pages.post(
    "/t/:slug/notes/:id/delete",
    requirePermission("notes:delete"),
    known((visitor, req, res) => {
      const { tenant } = tenantContext(req);
      const id = req.params["id"];
      if (typeof id === "string" && notes.remove(tenant.scope, id)) {
        res.redirect(303, `/t/${tenant.slug}/notes`);
      } else res.status(404).send(notFoundPage(visitor));
    }),
  );

  pages.get(
    "/you",
    requireAuth(),
    known((visitor, _req, res) => res.send(youPage(visitor))),
  );

  pages.get(
    "/support",
    requirePermission("tenants:enter"),
    known(async (visitor, _req, res) => {
      const customers = (await allTenants(stores)).filter(
        ({ slug }) => slug !== visitor.context.tenant?.slug,
      );
      res.send(supportPage(visitor, customers));
    }),
  );

  pages.use(async (req, res) => {
    res.status(404).send(notFoundPage(await visitorOf(get(req), auth)));
  });
  return pages;
}
