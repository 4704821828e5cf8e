import { createHash } from "node:crypto";
import { html, trusted, type Html } from "./html.ts";

const STYLE = `
:root { color-scheme: light dark; --page: #f3f4f7; --card: #fff; --ink: #1b1f2a; --soft: #5b6275;
  --line: #d9dde6; --accent: #2f5bd8; --on-accent: #fff; --warn: #fff3cf; --warn-ink: #5c4300; }
@media (prefers-color-scheme: dark) { :root { --page: #12141a; --card: #1c1f28; --ink: #eceef4;
  --soft: #a3abc0; --line: #343a4a; --accent: #8fabff; --on-accent: #10131b; --warn: #3a2f10;
  --warn-ink: #ffe2a0; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; background: var(--page); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; }
.banner { padding: .6rem 1rem; background: var(--warn); color: var(--warn-ink); font-size: .875rem;
  text-align: center; }
main { width: min(30rem, 100% - 2rem); margin: clamp(1rem, 4vh, 4rem) auto; padding: 1.5rem;
  background: var(--card); border: 1px solid var(--line); border-radius: 1rem; }
h1 { margin: 0 0 .25rem; font-size: 1.375rem; line-height: 1.25; }
h2 { margin: 1.25rem 0 0; font-size: .8125rem; font-weight: 600; color: var(--soft); }
p { margin: 0 0 1rem; color: var(--soft); }
ul { display: grid; gap: .5rem; margin: .5rem 0 0; padding: 0; list-style: none; }
button { font: inherit; color: inherit; cursor: pointer; }
.choice { display: flex; align-items: center; gap: .875rem; width: 100%; padding: .5rem .875rem;
  text-align: left; background: none; border: 1px solid var(--line); border-radius: .75rem; }
.choice:hover { border-color: var(--accent); }
.choice b { display: block; font-weight: 600; }
.choice small { display: block; color: var(--soft); overflow-wrap: anywhere; }
.mark { flex: none; display: grid; place-items: center; width: 2.5rem; height: 2.5rem;
  border-radius: 50%; background: var(--accent); color: var(--on-accent); font-weight: 600; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.row { display: flex; gap: .75rem; flex-wrap: wrap; margin-top: 1.25rem; }
.plain, .main { padding: .55rem 1rem; border: 1px solid var(--line); border-radius: .625rem;
  background: none; }
.main { background: var(--accent); border-color: var(--accent); color: var(--on-accent);
  font-weight: 600; }
a { color: var(--accent); }
code { overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: auto 1fr; gap: .25rem .75rem; margin: 0; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
`;

/** One page of an emulator: no scripts of others, no external assets, and a banner that says so. */
export function page(title: string, body: Html): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <style>
          ${trusted(STYLE)}
        </style>
      </head>
      <body>
        <div class="banner" role="note">
          <strong>Emulator.</strong> This is a local stand-in for an identity provider. No password
          is asked and nothing here is secret.
        </div>
        <main>${body}</main>
      </body>
    </html>`.markup;
}

/** Response headers of a page. The only script that runs is the one named here, if any. */
export function pageHeaders(script?: string): Readonly<Record<string, string>> {
  const hash = script && createHash("sha256").update(script).digest("base64");
  const scripts = hash === undefined ? "" : `; script-src 'sha256-${hash}'`;
  return {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
    // No form-action: browsers apply it to the redirect back to the application too.
    "content-security-policy": `default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'${scripts}`,
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
  };
}
