import type { ErrorOut, KoaContextWithOIDC } from "oidc-provider";
import { pageHeaders } from "../pages/layout.ts";
import { noticePage, SUBMIT_SCRIPT, signOutPage } from "../pages/notice-pages.ts";

const FORM_ID = "op.logoutForm"; // the id oidc-provider gives to the form it hands us

/** Asks before signing out, except when a genuine `id_token_hint` says whose session it is. */
export function renderSignOutPage(ctx: KoaContextWithOIDC, form: string): void {
  const hintedUser = ctx.oidc.entities.IdTokenHint?.payload["sub"];
  const body = signOutPage({
    form,
    formId: FORM_ID,
    applicationName: ctx.oidc.client?.clientName,
    automatic: hintedUser !== undefined && hintedUser === ctx.oidc.session?.accountId,
  });
  answer(ctx, body, SUBMIT_SCRIPT);
}

/** Shown when the application named no address to return to. */
export function renderSignedOutPage(ctx: KoaContextWithOIDC): void {
  answer(ctx, noticePage("You are signed out", ["You can close this page."]));
}

/** Shown when an error cannot be sent back to the application. */
export function renderErrorPage(ctx: KoaContextWithOIDC, out: ErrorOut): void {
  const { error, error_description: description } = out;
  answer(ctx, noticePage("The request was refused", [error, description ?? ""].filter(Boolean)));
}

function answer(ctx: KoaContextWithOIDC, body: string, script?: string): void {
  for (const [name, value] of Object.entries(pageHeaders(script))) ctx.set(name, value);
  ctx.body = body;
}
