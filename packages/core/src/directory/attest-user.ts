import type { Identity } from "../tokens/profile.ts";
import { emailDomain, normalizeEmail } from "./email.ts";
import type { Changes } from "./ports.ts";
import type { Connection, User } from "./records.ts";

/**
 * The address that an identity may claim, in its normal form; null if it claims none that counts.
 * Through a customer's own provider only addresses of that connection's domains count.
 */
export function attestedEmail(
  identity: Pick<Identity, "email">,
  connection: Pick<Connection, "emailDomains"> | undefined,
): User["email"] {
  if (identity.email === undefined) return null;
  const value = normalizeEmail(identity.email.value);
  if (value === null) return null;
  const domain = emailDomain(value);
  if (domain === null) return null;
  // SECURITY: a customer's provider says whatever the customer wants it to say.
  if (connection !== undefined && !connection.emailDomains.includes(domain)) return null;
  // SECURITY: only `true` is verified. An adapter in JavaScript may pass on silence, or the text "false".
  // oxlint-disable-next-line typescript/no-unnecessary-boolean-literal-compare
  return { value, verified: identity.email.verified === true };
}

/** A person as a first attestation describes them. */
export function newUser(id: string, identity: Identity, connection: Connection | undefined): User {
  return {
    id,
    name: identity.name ?? null,
    email: attestedEmail(identity, connection),
    status: "active",
  };
}

/** What a later sign-in says differently about a known person; null if nothing. Silence changes nothing. */
export function profileChanges(
  user: User,
  identity: Identity,
  connection: Connection | undefined,
): Changes<User> | null {
  const email = attestedEmail(identity, connection);
  const isSameEmail =
    email === null || (email.value === user.email?.value && email.verified === user.email.verified);
  const isSameName = identity.name === undefined || identity.name === user.name;
  if (isSameEmail && isSameName) return null;
  return {
    ...(isSameEmail ? {} : { email }),
    ...(identity.name === undefined ? {} : { name: identity.name }),
  };
}
