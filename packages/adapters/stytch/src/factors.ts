import type { Actor, Authentication, SignInMethod } from "@tenantry/core/provider";
import { isFields, isText, type Fields } from "./claims.ts";

const PRIMARY: Readonly<Record<string, SignInMethod>> = {
  sso: "sso",
  oauth: "social",
  magic_link: "magic_link",
  email_otp: "email_code",
  password: "password",
  impersonated: "impersonation",
};
const SECONDARY = ["totp", "recovery_codes"];

/** How somebody signed in, from the factors that a session lists. */
export interface Proof {
  readonly authentication: Authentication;
  readonly actors: readonly Actor[];
}

/**
 * Reads `authentication_factors`. SSO counts before all others, because a tenant can insist on it;
 * impersonation before that, because then nobody has proved to be the member. Null for another shape.
 *
 * @see {@link https://stytch.com/docs/b2b/api/session-object Stytch: session object}
 */
export function readFactors(value: unknown): Proof | null {
  if (!Array.isArray(value) || value.length > 50 || !value.every(isFields)) return null;
  const types = value.map(typeOf);
  const impersonator = value.find((factor) => typeOf(factor) === "impersonated");
  const actor = impersonator && actorOf(impersonator);
  if (actor === null) return null;
  const method = ["impersonated", "sso"].find((type) => types.includes(type)) ?? firstOf(types);
  const times = value
    .filter((factor) => Object.hasOwn(PRIMARY, typeOf(factor)))
    .map(({ last_authenticated_at: at }) => (isText(at) ? Date.parse(at) : NaN))
    .filter(Number.isFinite);
  return {
    authentication: {
      method: PRIMARY[method] ?? "unknown",
      ...(times.length === 0 ? {} : { atMs: Math.max(...times) }),
      mfa: types.some((type) => SECONDARY.includes(type)),
    },
    actors: actor === undefined ? [] : [actor],
  };
}

/** Codes by mail are a way to sign in, codes by SMS a second factor. */
function typeOf({ type, delivery_method: delivery }: Fields): string {
  if (type === "otp") return delivery === "email" ? "email_otp" : "totp";
  return isText(type) ? type : "";
}

function firstOf(types: readonly string[]): string {
  return types.find((type) => Object.hasOwn(PRIMARY, type)) ?? "";
}

function actorOf({ impersonated_factor: about }: Fields): Actor | null {
  if (!isFields(about)) return null;
  const { impersonator_email_address: email, impersonator_id: id } = about;
  const name = isText(email) ? email : id;
  return isText(name) ? { kind: "impersonator", id: name } : null;
}
