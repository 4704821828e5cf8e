import { auditSubject, type Audit } from "../audit/audit.ts";
import type { AuthContext } from "../context.ts";
import type { AuthRequest } from "../request/request.ts";

/** Puts every request of a supporter in another tenant on record. Throws when it cannot. */
export function createCrossTenantTrail(audit: Audit) {
  return async function record(context: AuthContext, request: AuthRequest): Promise<void> {
    if (context.crossTenant === undefined) return;
    const { home, reason } = context.crossTenant;
    const { method, target } = request;
    const written = await audit.record(
      {
        type: "tenant.acted",
        outcome: "ok",
        ...auditSubject(context),
        reason,
        details: { homeTenantId: home.id, method, path: target },
      },
      { strict: true },
    );
    // SECURITY: what cannot be recorded must not happen.
    if (!written.ok) throw new Error("audit store unavailable");
  };
}
