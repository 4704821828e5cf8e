import type { Tenant, User } from "./records.ts";

const MAX_LENGTH = 254; // RFC 5321 §4.5.3.1.3, without the angle brackets
const LOCAL_PART = /^[^\s@\p{C}]+$/u;
const DOMAIN = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * An e-mail address in the one form that is compared and stored, or null if it has none.
 *
 * SECURITY: Unicode is folded first and only then are the parts looked at, so that no character that
 * folds to `@`, a dot or a letter can change the domain after the check (GHSA-7rqj-j65f-68wh).
 * Exactly one `@` (CVE-2026-40574). International domains come in their ASCII form.
 */
export function normalizeEmail(value: string): string | null {
  const parts = value.normalize("NFKC").split("@");
  const [local, rawDomain] = parts;
  if (parts.length !== 2 || local === undefined || rawDomain === undefined) return null;
  const domain = rawDomain.toLowerCase();
  const email = `${local}@${domain}`;
  return LOCAL_PART.test(local) && DOMAIN.test(domain) && email.length <= MAX_LENGTH ? email : null;
}

/** The domain of an address, ready for an exact comparison; null if it is not one address. */
export function emailDomain(value: string): string | null {
  return normalizeEmail(value)?.split("@")[1] ?? null;
}

/** A domain name as it is stored and compared; null if it is none. */
export function normalizeDomain(value: string): string | null {
  const domain = value.normalize("NFKC").toLowerCase();
  return DOMAIN.test(domain) ? domain : null;
}

/**
 * Whether a person's address proves that they belong to a tenant: the address is verified, and its
 * exact domain is one that the tenant has verified.
 */
export function hasVerifiedDomain(
  user: Pick<User, "email">,
  tenant: Pick<Tenant, "domains">,
): boolean {
  if (user.email?.verified !== true) return false;
  const domain = emailDomain(user.email.value);
  return tenant.domains.some((claimed) => claimed.verified && claimed.name === domain);
}
