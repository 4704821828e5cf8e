import { reject, type Claims, type Identity, type Rejection } from "@tenantry/core/provider";
import { isText } from "../claims.ts";
import { entraIssuer, entraTenantOf, type EntraTenants } from "./tenants.ts";

/**
 * Who an Entra ID token is about: the object in the tenant, which is the same for every app and both
 * versions of tokens. `sub` is another one for each app, and addresses and names are what somebody's
 * administrator typed.
 *
 * @see {@link https://learn.microsoft.com/en-us/entra/identity-platform/claims-validation Secure applications by validating claims}
 */
export function entraSubject(
  { iss, tid, oid }: Claims,
  tenants: EntraTenants,
): Pick<Identity, "issuer" | "subject"> | Rejection {
  if (!isText(iss) || !isText(tid) || !isText(oid)) return reject("claim_missing");
  // SECURITY: the tenant that is named must be the one whose issuer signed.
  if (entraTenantOf(tenants, iss) !== tid) return reject("issuer_unknown");
  return { issuer: entraIssuer(tenants, tid), subject: oid };
}

/**
 * Whether an access token is a person's or an app's own; null if it does not say. `idtyp` is an
 * optional claim; without it a person's token has `scp`, and an app's has itself as subject.
 */
export function entraTokenKind({ idtyp, scp, sub, oid }: Claims): "access" | "m2m" | null {
  if (idtyp === "app") return "m2m";
  if (isText(scp)) return "access";
  return idtyp === undefined && isText(sub) && sub === oid ? "m2m" : null;
}

/** The address, verified only if the tenant has proven that it owns its domain (`xms_edov`). */
export function entraEmail({ email, xms_edov: isDomainOwned }: Claims): Identity["email"] {
  // SECURITY: an administrator of any tenant may write any address into `email` ("nOAuth").
  return isText(email) ? { value: email, verified: isDomainOwned === true } : undefined;
}
