// #region example
import { createServer, type Server } from "node:http";
import type { Auth } from "@tenantry/core";
import { nodeAuth } from "@tenantry/core/node";

type Permission = "notes:read" | "notes:write";

export function createApp(auth: Auth<Permission>): Server {
  const { authenticate, requirePermission, authRoutes, tenantContext } = nodeAuth(auth);
  const signIn = authRoutes(); // sign-in, sign-out, switch, …

  const listNotes = requirePermission("notes:read")((req, res) => {
    res.setHeader("content-type", "application/json");
    res.end(JSON.stringify({ notesOf: tenantContext(req).tenant.slug }));
  });
  const addNote = requirePermission("notes:write")((_req, res) => {
    res.writeHead(201).end();
  });

  const routes = authenticate()((req, res) => {
    if (req.url !== "/notes") res.writeHead(404).end();
    else return req.method === "POST" ? addNote(req, res) : listNotes(req, res);
  });

  return createServer((req, res) => {
    const handle = req.url?.startsWith(`${auth.routes.path}/`) ? signIn : routes;
    // What a handler throws is yours to answer: `node:http` would end the process.
    Promise.resolve(handle(req, res)).catch(() => res.writeHead(500).end());
  });
}
// #endregion example
