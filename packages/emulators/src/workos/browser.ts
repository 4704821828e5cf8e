import type { Answer } from "../http/api.ts";
import { pageHeaders } from "../pages/layout.ts";
import { noticePage } from "../pages/notice-pages.ts";

/** A page for a person, for what must not be sent back to an application. */
export function noticeAnswer(title: string, text: string): Answer {
  return { status: 400, headers: pageHeaders(), page: noticePage(title, [text]) };
}

/** Sends the browser back to the application with a code or an error. */
export function goBack(
  query: URLSearchParams,
  answer: { readonly code: string } | { readonly error: string; readonly description: string },
): Answer {
  const location = new URL(query.get("redirect_uri") ?? "");
  if ("code" in answer) {
    location.searchParams.set("code", answer.code);
  } else {
    location.searchParams.set("error", answer.error);
    location.searchParams.set("error_description", answer.description);
  }
  const state = query.get("state");
  if (state !== null) location.searchParams.set("state", state);
  return { status: 302, headers: { location: location.href, "cache-control": "no-store" } };
}
