import { randomBytes } from "node:crypto";
import type { Answer } from "../http/api.ts";

/**
 * The vendor's SDK reads a body as JSON only if the type is exactly this, without a charset
 * (`@clerk/backend` 3.20, `api/request.ts`).
 */
const JSON_TYPE = { "content-type": "application/json" };

/** A JSON answer that the vendor's SDK reads. */
export function json(body: unknown, status = 200): Answer {
  return { status, headers: JSON_TYPE, body };
}

/** An error of the Backend API (https://clerk.com/docs/reference/backend-api). */
export function apiError(status: number, code: string, message: string): Answer {
  return json(
    {
      errors: [{ code, message, long_message: message, meta: {} }],
      clerk_trace_id: randomBytes(16).toString("hex"),
    },
    status,
  );
}

/** 404 for an id that nobody has. */
export function notFound(): Answer {
  return apiError(404, "resource_not_found", "not found");
}

/** 422 for a parameter that is missing or holds nonsense. */
export function unprocessable(parameter: string): Answer {
  return apiError(422, "form_param_value_invalid", `${parameter} is invalid`);
}

/** An error of the OAuth endpoints (RFC 6749 §5.2). */
export function oauthError(status: number, error: string, description: string): Answer {
  return json({ error, error_description: description }, status);
}
