import type { Visitor } from "../visitor.ts";
import { html } from "./html.ts";
import { page } from "./layout.ts";
import { when } from "./parts.ts";

/** What the app knows about who asks: the whole context, which holds no token and no secret. */
export function youPage(visitor: Visitor): string {
  const { context } = visitor;
  const { principal, tenant, authentication, credential, provider } = context;
  const email = principal.kind === "user" ? principal.email : undefined;
  return page({
    title: "You",
    visitor,
    body: html`<h1>${visitor.name}</h1>
      <dl class="facts">
        <dt>E-mail</dt>
        <dd>
          ${email === undefined ? "unknown" : `${email.value}${email.verified ? "" : " (not verified)"}`}
        </dd>
        <dt>Tenant</dt>
        <dd>${tenant?.name ?? "none"}</dd>
        <dt>Roles</dt>
        <dd>${context.roles.join(", ") || "none"}</dd>
        <dt>Permissions</dt>
        <dd>${[...context.permissions].join(", ") || "none"}</dd>
        <dt>Signed in with</dt>
        <dd>${authentication.method} at ${provider.vendor}</dd>
        <dt>Session ends</dt>
        <dd>${when(credential.expiresAtMs)}</dd>
      </dl>
      <details>
        <summary>All of it, as handlers get it</summary>
        <pre tabindex="0">${JSON.stringify(context, null, 2)}</pre>
      </details>`,
  });
}
