import {
  ok,
  reject,
  type Identity,
  type OpaqueCredentials,
  type Rejection,
  type Result,
} from "@tenantry/core/provider";
import { rejectionOf, type WorkosApi } from "./api.ts";
import { timeOf } from "./changes.ts";
import { isFields, isText, isTextList, type Fields } from "./claims.ts";
import type { Environment } from "./environment.ts";

const FORM = /^sk_[A-Za-z0-9_]{8,200}$/;
/** Keys without an end are asked about again long before this. */
const NO_END_SECONDS = 3600;

/**
 * API keys that the vendor's customers make for themselves: an organization's own, or a person's
 * within one organization. Only WorkOS can tell whether one is good; core remembers the answer for a
 * minute at most.
 *
 * @see {@link https://workos.com/docs/reference/authkit/api-keys WorkOS: API keys}
 */
export function apiKeys(
  api: WorkosApi,
  environment: Environment,
  managementKey: string,
): OpaqueCredentials {
  return {
    kind: "api_key",
    // SECURITY: the environment's own key has the same form, and must open nothing here.
    recognises: (credential) => FORM.test(credential) && credential !== managementKey,
    // What a key may do is what was chosen when it was made.
    scopes: "permissions",
    roles: "directory",
    async verify(credential, _request, tools) {
      try {
        const answer = await api.post("/api_keys/validations", { value: credential });
        // An unknown key is a good answer that says null.
        const key = isFields(answer) ? answer["api_key"] : null;
        if (key === null || key === undefined) return reject("inactive");
        const identity = readKey(key, environment, tools.nowMs());
        return identity === null ? reject("response_malformed_unavailable") : identity;
      } catch (error) {
        return unavailableOf(rejectionOf(error));
      }
    },
  };
}

/** Null for an answer that is not what the documentation says. */
function readKey(key: unknown, environment: Environment, nowMs: number): Result<Identity> | null {
  if (!isFields(key)) return null;
  const { id, owner, permissions, name, expires_at: end, created_at: createdAt } = key;
  const created = timeOf(createdAt);
  const expires = end === null || end === undefined ? nowMs + NO_END_SECONDS * 1000 : timeOf(end);
  const place = isFields(owner) ? placeOf(owner) : null;
  if (!isText(id) || !isTextList(permissions) || created === null || expires === null) return null;
  if (place === null) return reject("owner_unknown");
  if (expires <= nowMs) return reject("inactive");
  const { user, tenant } = place;
  return ok({
    issuer: environment.issuer,
    subject: user ?? id,
    subjectScope: "global",
    kind: user === null ? "service" : "user",
    tenant: { external: tenant },
    // An organization's key has no roles, only what was chosen for it. A person's key is bounded by
    // the roles that the person has today.
    ...(user === null ? { roles: [], permissions } : {}),
    scopes: permissions,
    clientId: id,
    // What the vendor can end: `api_key.revoked` names it.
    sessionId: id,
    ...(user === null && isText(name) ? { name } : {}),
    authentication: { method: "unknown" },
    actors: [],
    // SECURITY: a key says nothing newer than its own making: a removal since then wins.
    issuedAtSeconds: Math.floor(created / 1000),
    expiresAtSeconds: Math.floor(expires / 1000),
  });
}

/** Whose a key is. A person's key without an organization stands nowhere. */
function placeOf(owner: Fields): { readonly user: string | null; readonly tenant: string } | null {
  const { type, id, organization_id: organization } = owner;
  if (!isText(id)) return null;
  if (type === "organization") return { user: null, tenant: id };
  return type === "user" && isText(organization) ? { user: id, tenant: organization } : null;
}

/** The question itself was refused: that says nothing about the key. */
function unavailableOf(rejection: Rejection): Rejection {
  return rejection.reason.endsWith("_unavailable") ? rejection : reject("provider_unavailable");
}
