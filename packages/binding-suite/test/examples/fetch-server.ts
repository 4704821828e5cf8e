// #region example
import type { Auth } from "@tenantry/core";
import { fetchAuth, type FetchHandler } from "@tenantry/core/http";

type Permission = "notes:read" | "notes:write";

export function createHandler(auth: Auth<Permission>): FetchHandler {
  const { authenticate, requirePermission, authRoutes, tenantContext } = fetchAuth(auth);
  const signIn = authRoutes(); // sign-in, sign-out, switch, …

  const listNotes = requirePermission("notes:read")((request) =>
    Response.json({ notesOf: tenantContext(request).tenant.slug }),
  );
  const addNote = requirePermission("notes:write")(() => new Response(null, { status: 201 }));

  const routes = authenticate()((request, peer) => {
    const { pathname } = new URL(request.url);
    if (pathname !== "/notes") return new Response("Not found", { status: 404 });
    return request.method === "POST" ? addNote(request, peer) : listNotes(request, peer);
  });

  return (request, peer) => {
    const { pathname } = new URL(request.url);
    return pathname.startsWith(`${auth.routes.path}/`)
      ? signIn(request, peer)
      : routes(request, peer);
  };
}
// #endregion example
