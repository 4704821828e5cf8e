import { AuthError, type AuthErrorCode } from "../../errors.ts";
import { answerRefusal, PRIVATE_HEADERS, wantsPage } from "../../http/answer.ts";
import type { AuthRequest } from "../../request/request.ts";
import {
  errorView,
  renderPage,
  type LoginPages,
  type PageLink,
  type PageView,
} from "../pages/pages.ts";

/** What a route wants to answer; how it looks depends on who asks. */
export type Reply = { readonly setCookies?: readonly string[] } & (
  | { readonly kind: "redirect"; readonly location: string }
  | { readonly kind: "page"; readonly view: PageView }
  | { readonly kind: "json"; readonly body: Readonly<Record<string, unknown>> }
  | { readonly kind: "empty"; readonly status: 200 | 400 | 503 }
  | {
      readonly kind: "refused";
      readonly error: AuthError;
      /** The way on, where the error table's own is not the best. */
      readonly action?: PageLink;
      /** What the page says, where the error table's own words are not the best. Needs an `action`. */
      readonly message?: string;
      readonly allow?: string;
    }
);

/** Builds a refusal. */
export function refuse(
  code: AuthErrorCode,
  reason: string,
  more: {
    readonly action?: PageLink;
    readonly message?: string;
    readonly setCookies?: readonly string[];
  } = {},
): Reply & { readonly kind: "refused" } {
  return { kind: "refused", error: new AuthError(code, { reason }), ...more };
}

/** Builds a redirect. */
export function redirect(location: string, setCookies: readonly string[] = []): Reply {
  return { kind: "redirect", location, setCookies };
}

/** Whether the caller is a front end that follows the JSON contract. */
function wantsJson(request: AuthRequest): boolean {
  return (
    !wantsPage(request) &&
    request.header("accept").some((value) => /\bapplication\/json\b/i.test(value))
  );
}

/** Turns a reply into a response. Every one of them depends on who asks, so none may be shared. */
export function toResponse(
  reply: Reply,
  request: AuthRequest,
  facts: { readonly pages: LoginPages; readonly authPath: string },
): Response {
  const { status, headers, body } = parts(reply, request, facts);
  const all = new Headers();
  for (const [name, value] of [...SAFE_HEADERS, ...headers]) all.set(name, value);
  // SECURITY: a shared cache that keeps one of these hands one person's session to the next.
  for (const [name, value] of PRIVATE_HEADERS) all.set(name, value);
  for (const cookie of reply.setCookies ?? []) all.append("set-cookie", cookie);
  return new Response(body, { status, headers: all });
}

type Headings = readonly (readonly [string, string])[];

interface Parts {
  readonly status: number;
  readonly headers: Headings;
  readonly body: string | null;
}

const SAFE_HEADERS: Headings = [
  ["x-content-type-options", "nosniff"],
  ["referrer-policy", "same-origin"],
];

function parts(
  reply: Reply,
  request: AuthRequest,
  facts: { readonly pages: LoginPages; readonly authPath: string },
): Parts {
  switch (reply.kind) {
    case "redirect":
      return wantsJson(request)
        ? json(200, { location: reply.location })
        : { status: 303, headers: [["location", reply.location]], body: null };
    case "page":
      return wantsJson(request) ? json(200, { page: reply.view }) : page(200, reply.view, facts);
    case "json":
      return json(200, reply.body);
    case "empty":
      return { status: reply.status, headers: [], body: null };
    case "refused":
      break;
  }
  const { error, action, message, allow } = reply;
  const answer =
    action !== undefined && wantsPage(request)
      ? page(error.status, errorView(error.code, action, { message }), facts)
      : answerRefusal(error, request, facts);
  return allow === undefined
    ? answer
    : { ...answer, headers: [...answer.headers, ["allow", allow]] };
}

function json(status: number, body: unknown): Parts {
  return {
    status,
    headers: [["content-type", "application/json; charset=utf-8"]],
    body: JSON.stringify(body),
  };
}

function page(status: number, view: PageView, facts: { readonly pages: LoginPages }): Parts {
  const rendered = renderPage(view, facts.pages);
  return { status, headers: Object.entries(rendered.headers), body: rendered.body };
}
