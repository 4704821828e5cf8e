import express, { type Request, type Response, type Router } from "express";
import type { ExpressAuth } from "@tenantry/express";
import { readText, type Notes } from "./notes.ts";
import type { Permission } from "./permissions.ts";
import { nameOf } from "./visitor.ts";

/**
 * The JSON API. It takes bearer tokens and API keys and no session cookie, so a page in a browser
 * cannot use it on somebody's behalf.
 */
export function createApi(guard: ExpressAuth<Permission>, notes: Notes): Router {
  const { authenticate, requirePermission, tenantContext } = guard;
  const api = express.Router();
  const accept = ["access", "m2m", "api_key"] as const;

  function list(req: Request, res: Response): void {
    const { tenant } = tenantContext(req);
    res.json({ tenant: tenant.slug, notes: notes.list(tenant.scope) });
  }

  function add(req: Request, res: Response): void {
    const { tenant, principal } = tenantContext(req);
    const body: unknown = req.body;
    const text = readText(
      typeof body === "object" && body !== null && "text" in body ? body.text : undefined,
    );
    if (text === null) {
      res.status(400).json({ error: { message: 'Send {"text": "…"}, at most 1000 characters.' } });
      return;
    }
    const note = notes.add(tenant.scope, { text, author: nameOf(principal) });
    res.status(201).json(note);
  }

  // The tenant is the token's. Where the path names one too, the two have to agree.
  const routes = [
    { path: "/notes", identify: authenticate({ accept }) },
    { path: "/t/:tenant/notes", identify: authenticate({ accept, tenantParam: "tenant" }) },
  ];
  for (const { path, identify } of routes) {
    api.get(path, identify, requirePermission("notes:read"), list);
    api.post(path, identify, requirePermission("notes:write"), express.json(), add);
  }
  api.use((_req, res) => {
    res.status(404).json({ error: { message: "There is nothing here." } });
  });
  return api;
}
