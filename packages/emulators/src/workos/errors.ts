import type { Answer } from "../http/api.ts";

/**
 * The error bodies of the API: an OAuth error for most of what `authenticate` refuses, a code with a
 * message elsewhere (https://workos.com/docs/reference/authkit/authentication-errors).
 */
export function oauthError(error: string, description: string, more: object = {}): Answer {
  return { status: 400, body: { error, error_description: description, ...more } };
}

/** `{code, message}` with a status of its own. */
export function apiError(status: number, code: string, message: string, more: object = {}): Answer {
  return { status, body: { code, message, ...more } };
}

/** 404 for an id that nobody has. */
export function notFound(what: string): Answer {
  return apiError(404, "entity_not_found", `The ${what} could not be found.`);
}

/** 422 for a request that lacks something or holds nonsense. */
export function unprocessable(field: string, code = "invalid_request_parameters"): Answer {
  return {
    status: 422,
    body: { code, message: "Validation failed", errors: [{ code: `${field}_invalid`, field }] },
  };
}

/** 401 for a missing or wrong management key. */
export const unauthorized: Answer = { status: 401, body: { message: "Unauthorized" } };
