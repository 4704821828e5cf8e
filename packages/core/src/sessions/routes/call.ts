import { AuthError } from "../../errors.ts";
import { reject, ok, type Result } from "../../internal/result.ts";
import { errorFor } from "../../reasons.ts";
import { chooseCredential } from "../../request/credential.ts";
import type { CookieJar } from "../../request/cookies.ts";
import type { AuthRequest } from "../../request/request.ts";
import type { SessionRecord } from "../record.ts";
import { safeReturnTo } from "../return-to.ts";
import type { SessionRead } from "../sessions.ts";
import type { AuthRoutesDeps } from "./deps.ts";
import type { Reply } from "./reply.ts";

/** Names and single values. */
export type Params = ReadonlyMap<string, string>;

/** One request to an auth route, read once. */
export interface Call {
  readonly request: AuthRequest;
  /** The address on the configured base URL. */
  readonly url: URL;
  readonly jar: CookieJar;
  /** Query of a GET, form of a POST. */
  readonly params: Params;
  /** The bytes of a POST, for routes whose caller has signed them. Empty for all others. */
  readonly body: Uint8Array;
}

const MAX_BODY_BYTES = 16_384;
/** A person with everything a vendor knows about them, and some room. */
const MAX_SIGNED_BYTES = 1_048_576;
const MAX_PARAMS = 50;

/** Reads a query or form whose names must not repeat: two readers could take different ones. */
export function readParams(search: URLSearchParams): Params | null {
  const params = new Map<string, string>();
  for (const [name, value] of search) {
    if (params.has(name) || params.size >= MAX_PARAMS) return null;
    params.set(name, value);
  }
  return params;
}

/**
 * Reads a POST body of at most 16 kB, as a form or a flat JSON object. Rejects with `body_too_large`
 * or `request_invalid`.
 */
export async function readBody(request: Request): Promise<Result<Params>> {
  const type = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase() ?? "";
  const body = await readBytes(request, MAX_BODY_BYTES);
  if (!body.ok) return body;
  const bytes = body.value;
  // SECURITY: only what a form and our own front end send. A `text/plain` form needs no CORS
  // preflight and could pass for JSON.
  if (type !== "application/x-www-form-urlencoded" && type !== "application/json") {
    return bytes.length === 0 ? ok(new Map()) : reject("request_invalid");
  }
  const text = new TextDecoder().decode(bytes);
  const params =
    type === "application/json" ? fromJson(text) : readParams(new URLSearchParams(text));
  return params === null ? reject("request_invalid") : ok(params);
}

/** Reads a POST body of at most 1 MB as it came, for a signature over it. Rejects with `body_too_large` or `request_invalid`. */
export function readSignedBody(request: Request): Promise<Result<Uint8Array>> {
  return readBytes(request, MAX_SIGNED_BYTES);
}

async function readBytes(request: Request, most: number): Promise<Result<Uint8Array>> {
  if (request.body === null) return ok(new Uint8Array());
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = request.body.getReader();
  for (;;) {
    let chunk: Awaited<ReturnType<typeof reader.read>>;
    try {
      chunk = await reader.read();
    } catch {
      return reject("request_invalid"); // the caller hung up
    }
    if (chunk.done) break;
    length += chunk.value.length;
    if (length > most) {
      // Whether the sender hears of it is the server's business.
      void reader.cancel().catch(() => {});
      return reject("body_too_large");
    }
    chunks.push(chunk.value);
  }
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return ok(bytes);
}

function fromJson(text: string): Params | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  const params = new Map<string, string>();
  for (const [name, member] of Object.entries(value)) {
    if (member === null || params.size >= MAX_PARAMS) continue;
    if (typeof member !== "string" && typeof member !== "number" && typeof member !== "boolean") {
      return null;
    }
    params.set(name, String(member));
  }
  return params;
}

/** Where this call wants to go afterwards, if that is a path of this site; otherwise the front page. */
export function returnToOf(call: Call, { authPath }: { readonly authPath: string }): string {
  return safeReturnTo(call.params.get("returnTo"), "/", { authPath });
}

/** The session of a call, or the refusal to answer. */
export type Signed =
  | {
      readonly ok: true;
      readonly session: SessionRecord;
      readonly setCookies: readonly string[];
    }
  | { readonly ok: false; readonly reply: Reply & { readonly kind: "refused" } };

/**
 * The session that a call presents, of a person who may still act. Nothing but our own session
 * cookie counts: a bearer token neither switches nor enters.
 */
export async function requireSession(
  call: Call,
  deps: AuthRoutesDeps,
  how: "read" | "peek" = "read",
): Promise<Signed> {
  const presented = chooseCredential(call.request, {
    sessionCookie: deps.sessions.cookieName,
    providers: [],
    allowedOrigins: deps.allowedOrigins,
    cookies: true,
  });
  if (presented.kind === "refused") {
    return refused(new AuthError(presented.code, { reason: presented.reason }));
  }
  if (presented.kind === "none") return refused(new AuthError("credential_missing"));
  if (presented.kind !== "session_cookie") {
    return refused(new AuthError("credential_invalid", { reason: "session_required" }));
  }
  const read: SessionRead =
    how === "read"
      ? await deps.sessions.read(presented.value)
      : await deps.sessions.peek(presented.value);
  if (read.kind !== "session") return refused(errorFor(reject(read.reason)));
  const { session, setCookies } = read;
  if ((await deps.directory.currentUser(session.userId)) === null) {
    return refused(errorFor(reject("account_inactive")));
  }
  return { ok: true, session, setCookies };
}

function refused(error: AuthError): Signed {
  return { ok: false, reply: { kind: "refused", error } };
}

/**
 * Every session this browser has a cookie for: one, unless something is wrong. Throws when that
 * cannot be found out: "none" would leave a session alive that its owner thinks has ended.
 */
export async function sessionsOfBrowser(
  call: Call,
  deps: AuthRoutesDeps,
): Promise<readonly SessionRecord[]> {
  const values = call.jar.all(deps.sessions.cookieName).slice(0, 4);
  const reads = await Promise.all(values.map((value) => deps.sessions.peek(value)));
  if (reads.some(({ kind }) => kind === "unavailable"))
    throw new Error("session store unavailable");
  return reads.flatMap((read) => (read.kind === "session" ? [read.session] : []));
}
