import type { Answer } from "../http/api.ts";
import { newUuid } from "./ids.ts";

/** The vendor's error body (https://stytch.com/docs/b2b/api/errors). */
export function stytchError(status: number, type: string, message: string): Answer {
  return {
    status,
    body: {
      status_code: status,
      request_id: `request-id-test-${newUuid()}`,
      error_type: type,
      error_message: message,
      error_url: `https://stytch.com/docs/api/errors/${status}#${type}`,
    },
  };
}

/** A good answer: everything has a request id and repeats its status. */
export function good(body: object): Answer {
  return {
    status: 200,
    body: { status_code: 200, request_id: `request-id-test-${newUuid()}`, ...body },
  };
}

/** 401 for a wrong project id or secret. */
export const unauthorized = (): Answer =>
  stytchError(401, "unauthorized_credentials", "Unauthorized credentials.");

export const sessionNotFound = (): Answer =>
  stytchError(404, "session_not_found", "Session could not be found.");

export const organizationNotFound = (): Answer =>
  stytchError(404, "organization_not_found", "Organization could not be found.");

export const memberNotFound = (): Answer =>
  stytchError(404, "member_not_found", "Member could not be found.");

export const invalid = (field: string): Answer =>
  stytchError(400, `invalid_${field}`, `${field} is missing or invalid.`);

export const notRegistered = (): Answer =>
  stytchError(400, "no_match_for_provided_redirect_url", "The redirect URL is not registered.");
