import {
  reject,
  type Claims,
  type Identity,
  type Rejection,
  type SignedToken,
  type TokenProfile,
} from "@tenantry/core/provider";
import type { AcmeIdOptions } from "./options.ts";

// #region profiles
/** A person's pass for an API. */
export function personPass(settings: AcmeIdOptions): TokenProfile {
  return {
    ...base(settings, "person"),
    id: "person",
    kind: "access",
    rules: {
      typ: ["pass+jwt"],
      audience: {
        claim: "aud",
        // A mount may have an audience of its own; then only that one counts there.
        anyOf: (resource = settings.audience) => [resource],
        ifMissing: "reject",
      },
      required: ["sub"],
    },
  };
}

/** A machine's pass for an API. */
export function machinePass(settings: AcmeIdOptions): TokenProfile {
  return { ...personPass(settings), ...base(settings, "machine"), id: "machine", kind: "m2m" };
}

/** What a sign-in ends with. Its audience is the app itself, and it opens no API. */
export function loginPass(settings: AcmeIdOptions): TokenProfile {
  return {
    ...base(settings, "login"),
    id: "login",
    kind: "id",
    rules: {
      typ: ["pass+jwt"],
      audience: { claim: "aud", anyOf: [settings.appId], ifMissing: "reject" },
      required: ["sub", "nonce"],
    },
  };
}

function base(settings: AcmeIdOptions, use: string) {
  return {
    issuers: [settings.url],
    keys: { jwksUri: `${settings.url}/keys` },
    algorithms: ["ES256"],
    // One value decides, so that no pass can be two things.
    matches: ({ claims }: SignedToken) => claims["use"] === use,
    roles: "token",
    scopes: "none",
    read: ({ claims }: SignedToken) => readIdentity(claims, use),
  } as const;
}
// #endregion profiles

// #region read
/** Acme's claims in neutral words. Core has checked signature, times, issuer and audience by now. */
function readIdentity(claims: Claims, use: string): Identity | Rejection {
  const { iss, sub, iat, exp, workspace, role, email, email_verified: verified } = claims;
  if (!isText(iss) || !isText(sub)) return reject("claim_missing");
  if (typeof iat !== "number" || typeof exp !== "number") return reject("claim_missing");
  // A workspace that is there and is no id is no workspace: refuse, rather than read it as none.
  if (workspace !== undefined && !isText(workspace)) return reject("claim_invalid");
  if (role !== undefined && !isText(role)) return reject("claim_invalid");
  return {
    issuer: iss,
    subject: sub,
    subjectScope: "global",
    kind: use === "machine" ? "service" : "user",
    tenant: workspace === undefined ? null : { external: workspace },
    roles: role === undefined ? [] : [role],
    // Only the boolean: a missing or textual one verifies nothing.
    ...(isText(email) ? { email: { value: email, verified: verified === true } } : {}),
    authentication: { method: use === "machine" ? "client_credentials" : "unknown" },
    actors: [],
    issuedAtSeconds: iat,
    expiresAtSeconds: exp,
  };
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}
// #endregion read
