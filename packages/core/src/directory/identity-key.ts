import { ok, reject, type Result } from "../internal/result.ts";
import type { Identity } from "../tokens/profile.ts";
import { externalSubject, type ExternalKey, type Organization } from "./local-id.ts";
import type { Connection } from "./records.ts";

/**
 * What a verified identity is linked under: (instance, issuer, subject), with the organization where
 * subjects are the organization's own. Rejects with `claim_missing` for a subject of an organization
 * without one.
 */
export function identityKey(
  instance: string,
  identity: Pick<Identity, "issuer" | "subject" | "subjectScope" | "tenant">,
  connection?: Pick<Connection, "tenantId">,
): Result<ExternalKey> {
  const isScoped = identity.subjectScope === "tenant";
  const organization: Organization | null =
    connection === undefined ? identity.tenant : { local: connection.tenantId };
  if (isScoped && organization === null) return reject("claim_missing");
  const external = externalSubject(identity.subject, isScoped ? organization : null);
  return ok({ instance, issuer: identity.issuer, external });
}
