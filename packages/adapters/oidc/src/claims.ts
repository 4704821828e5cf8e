import type { Claims, Rejection } from "@tenantry/core/provider";
import { reject } from "@tenantry/core/provider";
import type { ClaimPath } from "./registration.ts";

/**
 * The value at a path. Undefined if a name on the way is missing or null; `false`, which no reader
 * accepts, if something on the way has no members.
 */
export function claimAt(claims: Claims, path: ClaimPath): unknown {
  let value: unknown = claims;
  for (const name of path) {
    if (!isObject(value)) return false;
    // SECURITY: own members only; "constructor" is not a claim.
    const next = Object.hasOwn(value, name) ? value[name] : undefined;
    if (next === undefined || next === null) return undefined;
    value = next;
  }
  return value;
}

/** A text claim: the text, undefined if it is missing, a rejection for any other shape. */
export function textAt(claims: Claims, path: ClaimPath): string | undefined | Rejection {
  const value = claimAt(claims, path);
  if (value === undefined) return undefined;
  return isText(value) ? value : reject("claim_invalid");
}

/** A claim with one text or a list of texts; undefined if it is missing. */
export function textsAt(
  claims: Claims,
  path: ClaimPath,
): readonly string[] | undefined | Rejection {
  const value = claimAt(claims, path);
  if (value === undefined) return undefined;
  if (isText(value)) return [value];
  return isTextList(value) ? value : reject("claim_invalid");
}

/**
 * The one organization that a claim names: as a text, as a list of one text, or as an object with one
 * member (Keycloak: `{"acme": {}}`). Undefined for none; several at once are ambiguous and refused.
 */
export function organizationAt(claims: Claims, path: ClaimPath): string | undefined | Rejection {
  const value = claimAt(claims, path);
  if (value === undefined) return undefined;
  if (isText(value)) return value;
  const names = isTextList(value) ? value : isObject(value) ? Object.keys(value) : null;
  if (names === null || names.includes("")) return reject("claim_invalid");
  // SECURITY: none of several is "the" organization; a guess would be a way into the others.
  return names.length > 1 ? reject("organization_ambiguous") : names[0];
}

/** Whether a list was left out because it was too long for the token (OpenID Connect Core 1.0 §5.6.2). */
export function isLeftOut(claims: Claims, path: ClaimPath): boolean {
  const [name] = path;
  if (name === undefined || path.length > 1) return false;
  const elsewhere = claimAt(claims, ["_claim_names", name]);
  const flag = claims[`has${name}`]; // Entra ID: `hasgroups`
  return (elsewhere !== undefined && elsewhere !== false) || flag === true || flag === "true";
}

/** A JSON object, which a list is not. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A text with something in it. */
export function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

/** Whether a reader refused. */
export function isRejection(value: unknown): value is Rejection {
  return isObject(value) && value["ok"] === false;
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length <= 1000 && value.every(isText);
}
