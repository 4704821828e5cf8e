import type { Visitor } from "../visitor.ts";
import { html, type Html } from "./html.ts";
import { roleBadge, supportBanner, tenantMark, tenantMenu } from "./parts.ts";

/** What every page has around its content. */
export interface Page {
  readonly title: string;
  readonly body: Html;
  /** Null: nobody is signed in. Undefined: the page looks the same to everybody. */
  readonly visitor: Visitor | null | undefined;
  readonly wide?: boolean;
}

/** A whole document. */
export function page({ title, body, visitor, wide = false }: Page): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} · Pinboard</title>
        <link rel="stylesheet" href="/style.css" />
        <link rel="icon" href="/icon.svg" type="image/svg+xml" />
      </head>
      <body>
        <a class="skip" href="#content">Skip to content</a>
        ${header(visitor)} ${visitor && supportBanner(visitor)}
        <main id="content" ${wide && html` class="wide"`}>${body}</main>
        <footer><p>Pinboard is the example app of Tenantry. Nothing here is real.</p></footer>
      </body>
    </html> `.markup;
}

function header(visitor: Visitor | null | undefined): Html {
  return html`<header class="top">
    <nav aria-label="Main">
      <a class="brand" href="/"><img src="/icon.svg" alt="" width="28" height="28" />Pinboard</a>
      ${visitor && signedIn(visitor)}
      ${visitor === null && html`<a class="button" href="/auth/login?returnTo=/notes">Sign in</a>`}
    </nav>
  </header>`;
}

function signedIn(visitor: Visitor): Html {
  const { tenant } = visitor.context;
  return html`<div class="place">
      ${tenant && html`${tenantMark(tenant)}${tenantMenu(visitor)}`}
    </div>
    <div class="person">
      <a href="/you" title="What the app knows about you">${visitor.name}</a>
      ${tenant && roleBadge(visitor)}
      <form method="post" action="/auth/logout"><button class="quiet">Sign out</button></form>
    </div>`;
}
