import type { AuthErrorCode } from "@tenantry/core";
import { ERRORS } from "@tenantry/core";
import type { Endpoint } from "./call.ts";

/** Headers of every response that depends on who asks (RFC 9111 §5.2.2). */
const PRIVATE: readonly (readonly [string, string])[] = [
  ["cache-control", "private, no-store"],
  ["vary", "Authorization, Origin"],
  ["x-content-type-options", "nosniff"],
];

/** What a `WWW-Authenticate` says (RFC 6750 §3, RFC 9728 §5.1). */
export interface Challenge {
  readonly error?: "invalid_request" | "invalid_token" | "insufficient_scope";
  readonly description?: string;
  readonly scopes?: readonly string[];
}

/** A refusal as OAuth clients read it, with the code of ours beside it. */
export function refusal(
  status: number,
  code: AuthErrorCode | "access_denied" | "host_refused" | "origin_refused",
  options: {
    readonly challenge?: Challenge;
    readonly endpoint?: Endpoint;
    readonly retryAfterSeconds?: number;
    readonly description?: string;
  } = {},
): Response {
  const { challenge, endpoint, retryAfterSeconds } = options;
  const headers = new Headers(PRIVATE.map(([name, value]): [string, string] => [name, value]));
  if (challenge !== undefined && endpoint !== undefined) {
    headers.set("www-authenticate", challengeText(challenge, endpoint));
  }
  if (retryAfterSeconds !== undefined && Number.isFinite(retryAfterSeconds)) {
    headers.set("retry-after", String(Math.max(1, Math.ceil(retryAfterSeconds))));
  }
  const text = isCode(code) ? ERRORS[code].message : options.description;
  return Response.json(
    {
      error: challenge?.error ?? code,
      error_description: options.description ?? text,
      code,
    },
    { status, headers },
  );
}

function isCode(code: string): code is AuthErrorCode {
  return Object.hasOwn(ERRORS, code);
}

/** Parameter values are ours or checked against the grammar of scopes; quotes cannot occur in them. */
function challengeText({ error, description, scopes = [] }: Challenge, endpoint: Endpoint): string {
  const parameters = [
    error === undefined ? null : `error="${error}"`,
    description === undefined ? null : `error_description="${description}"`,
    scopes.length === 0 ? null : `scope="${scopes.join(" ")}"`,
    `resource_metadata="${endpoint.metadataUrl}"`,
  ];
  return `Bearer ${parameters.filter((one) => one !== null).join(", ")}`;
}

/** A JSON-RPC error that belongs to no message yet. */
export function rpcError(
  status: number,
  code: number,
  message: string,
  id: string | number | null = null,
): Response {
  const headers = new Headers(PRIVATE.map(([name, value]): [string, string] => [name, value]));
  return Response.json({ jsonrpc: "2.0", error: { code, message }, id }, { status, headers });
}

/** A JSON-RPC result of our own. */
export function rpcResult(result: object, id: string | number | null): Response {
  const headers = new Headers(PRIVATE.map(([name, value]): [string, string] => [name, value]));
  return Response.json({ jsonrpc: "2.0", id, result }, { headers });
}

/** Marks a response of the SDK as the caller's own. */
export function setPrivate(headers: Headers, isStream: boolean): void {
  for (const [name, value] of PRIVATE) headers.set(name, value);
  // HTTP/2 has no such field (RFC 9113 §8.2.2), and the connection is not the SDK's to speak of.
  headers.delete("connection");
  // Proxies that compress would hold events back.
  if (isStream) headers.set("cache-control", "private, no-store, no-transform");
}
