import type { Actor, Authentication, SignInMethod } from "../context.ts";
import { ok, reject, type Result } from "../internal/result.ts";
import type { Identity, IdentityTenant } from "./profile.ts";

const METHODS: Readonly<Record<SignInMethod, true>> = {
  sso: true,
  password: true,
  passkey: true,
  magic_link: true,
  email_code: true,
  social: true,
  impersonation: true,
  client_credentials: true,
  unknown: true,
};
const ACTOR_KINDS: Readonly<Record<Actor["kind"], true>> = {
  impersonator: true,
  client: true,
  support: true,
};

/** What an adapter read from a credential, or its reason to refuse it. */
export function readIdentity(value: unknown): Result<Identity> {
  if (!isRecord(value) || !("ok" in value)) return checkIdentity(value);
  const { reason, retryAfterSeconds: wait } = value as {
    readonly reason?: unknown;
    readonly retryAfterSeconds?: unknown;
  };
  if (value["ok"] !== false || !isText(reason)) return reject("identity_invalid");
  return reject(reason, isTime(wait) && wait >= 0 ? wait : undefined);
}

/** The same from an adapter that wraps it in a result. */
export function readAnswer(value: unknown): Result<Identity> {
  return isRecord(value) && value["ok"] === true
    ? checkIdentity(value["value"])
    : readIdentity(value);
}

/**
 * Copies what an adapter read into a frozen identity of known fields and types, because it will be
 * shared between requests and believed by everything that follows. Refuses with `identity_invalid`:
 * a claim of the wrong type that `read` passed on, such as a subject that is an array.
 */
export function checkIdentity(value: unknown): Result<Identity> {
  const identity = copyIdentity(value);
  return identity === null ? reject("identity_invalid") : ok(identity);
}

type Fields = Readonly<Record<string, unknown>>;

function copyIdentity(value: unknown): Identity | null {
  if (!isRecord(value)) return null;
  const { issuer, subject, subjectScope, kind, issuedAtSeconds, expiresAtSeconds } =
    value as Partial<Record<keyof Identity, unknown>>;
  const tenant = copyTenant(value["tenant"]);
  const authentication = copyAuthentication(value["authentication"]);
  const actors = copyActors(value["actors"]);
  const optional = copyOptional(value);
  if (
    !isText(issuer) ||
    !isText(subject) ||
    (subjectScope !== "global" && subjectScope !== "tenant") ||
    (kind !== "user" && kind !== "service") ||
    !isTime(issuedAtSeconds) ||
    !isTime(expiresAtSeconds) ||
    tenant === undefined ||
    authentication === null ||
    actors === null ||
    optional === null
  ) {
    return null;
  }
  return Object.freeze({
    issuer,
    subject,
    subjectScope,
    kind,
    tenant,
    authentication,
    actors,
    issuedAtSeconds,
    expiresAtSeconds,
    ...optional,
  });
}

/** The members that may be missing; null if one is there with a wrong type. */
function copyOptional(value: Fields): Partial<Identity> | null {
  const copy: Record<string, unknown> = {};
  for (const name of ["roles", "permissions", "scopes"]) {
    const list = value[name];
    if (list === undefined) continue;
    if (!Array.isArray(list) || !list.every((item) => typeof item === "string")) return null;
    copy[name] = Object.freeze([...(list as readonly string[])]);
  }
  for (const name of ["sessionId", "clientId", "name"]) {
    const text = value[name];
    if (text === undefined) continue;
    if (!isText(text)) return null;
    copy[name] = text;
  }
  const { email } = value as { readonly email?: unknown };
  if (email !== undefined) {
    if (!isRecord(email) || !isText(email["value"]) || typeof email["verified"] !== "boolean") {
      return null;
    }
    copy["email"] = Object.freeze({ value: email["value"], verified: email["verified"] });
  }
  return copy;
}

/** Undefined if it is neither null nor a tenant. */
function copyTenant(value: unknown): IdentityTenant | null | undefined {
  if (value === null) return null;
  if (!isRecord(value)) return undefined;
  const { local, external, slug, name, configured } = value as Partial<
    Record<"local" | "external" | "slug" | "name" | "configured", unknown>
  >;
  if (local !== undefined) {
    return isText(local) && external === undefined ? Object.freeze({ local }) : undefined;
  }
  if (!isText(external) || !isTextOrMissing(slug) || !isTextOrMissing(name)) return undefined;
  return Object.freeze({
    external,
    ...(slug === undefined ? {} : { slug }),
    ...(name === undefined ? {} : { name }),
    ...(configured === true ? { configured } : {}),
  });
}

function copyAuthentication(value: unknown): Authentication | null {
  if (!isRecord(value)) return null;
  const { method, atMs, mfa } = value as Partial<Record<keyof Authentication, unknown>>;
  if (!isMethod(method)) return null;
  if (atMs !== undefined && !isTime(atMs)) return null;
  if (mfa !== undefined && typeof mfa !== "boolean") return null;
  return Object.freeze({
    method,
    ...(atMs === undefined ? {} : { atMs }),
    ...(mfa === undefined ? {} : { mfa }),
  });
}

function copyActors(value: unknown): readonly Actor[] | null {
  if (!Array.isArray(value)) return null;
  const actors: Actor[] = [];
  for (const actor of value as readonly unknown[]) {
    if (!isRecord(actor)) return null;
    const { kind, id } = actor as { readonly kind?: unknown; readonly id?: unknown };
    if (!isActorKind(kind) || !isText(id)) return null;
    actors.push(Object.freeze({ kind, id }));
  }
  return Object.freeze(actors);
}

function isMethod(value: unknown): value is SignInMethod {
  return typeof value === "string" && Object.hasOwn(METHODS, value);
}

function isActorKind(value: unknown): value is Actor["kind"] {
  return typeof value === "string" && Object.hasOwn(ACTOR_KINDS, value);
}

function isRecord(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

function isTextOrMissing(value: unknown): value is string | undefined {
  return value === undefined || isText(value);
}

function isTime(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}
