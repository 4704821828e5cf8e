import { html } from "./html.ts";
import { page } from "./layout.ts";

interface HomePageInput {
  readonly issuer: string;
  readonly audiences: readonly string[];
  readonly clients: readonly string[];
  readonly services: readonly string[];
  readonly signOutUrl: string;
}

/** The emulator's front page. */
export function homePage(input: HomePageInput): string {
  const { issuer, audiences, clients, services, signOutUrl } = input;
  return page(
    "OpenID Connect emulator",
    html`<h1>OpenID Connect emulator</h1>
      <p>Open an application and sign in there; it will send you here.</p>
      <dl>
        <dt>Issuer</dt>
        <dd><code>${issuer}</code></dd>
        <dt>Applications</dt>
        <dd>${clients.join(", ") || "none"}</dd>
        <dt>Machine clients</dt>
        <dd>${services.join(", ") || "none"}</dd>
        <dt>API audiences</dt>
        <dd>${audiences.join(", ") || "none"}</dd>
      </dl>
      <div class="row">
        <a href="/.well-known/openid-configuration">Discovery document</a>
        <a href="${signOutUrl}">Sign out of the emulator</a>
      </div>`,
  );
}
