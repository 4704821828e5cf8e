import type { AuthContext } from "@tenantry/core";

/** The one page of this API: for signing in with a browser. */
export function homePage(context: AuthContext | null): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Notes API</title>
<h1>Notes API</h1>
${context === null ? INVITATION : welcome(context)}
</html>
`;
}

const INVITATION = `<p><a href="/auth/login?returnTo=/">Sign in</a></p>`;

function welcome({ principal, tenant, roles }: AuthContext): string {
  return `<p>You are <b>${escape(principal.name ?? principal.id)}</b>,
  <b>${escape(roles.join(", ") || "without a role")}</b> in <b>${escape(tenant?.name ?? "no tenant")}</b>.</p>
<p><a href="/api/notes">Your notes, as JSON</a></p>
<form method="post" action="/api/keys"><button>Make an API key</button></form>
<form method="post" action="/auth/logout"><button>Sign out</button></form>`;
}

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
