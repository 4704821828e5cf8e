import type { Directory } from "../directory/directory.ts";
import type { ConnectionStore } from "../directory/ports.ts";
import { ok, reject, type Result } from "../internal/result.ts";
import type { ProviderTools, RefreshAnswer, RefreshRequest } from "../provider/login-flow.ts";
import type { Identity } from "../tokens/profile.ts";
import type { InstanceProvider } from "../tokens/provider-instance.ts";
import type { SessionRecord } from "./record.ts";

/** What the directory says about a refreshed identity. */
export interface Attestation {
  readonly userId: string;
  readonly tenantId: string | null;
  readonly tenantExternal: string | null;
  readonly roles: readonly string[];
  readonly permissions: readonly string[];
}

/** The way to the vendor and back into the directory, for sessions that renew themselves. */
export interface SessionRenewal {
  /** Asks the vendor, naming the tenant. A throw counts as `unavailable`. */
  refresh(
    session: SessionRecord,
    refreshToken: string,
    tenant: RefreshRequest["tenant"],
  ): Promise<RefreshAnswer>;
  /** Takes the new identity into the directory. A throw counts as "could not find out". */
  attest(session: SessionRecord, identity: Identity): Promise<Result<Attestation>>;
}

/** What renewal reaches. */
export interface RenewalDeps {
  readonly providers: readonly InstanceProvider[];
  toolsFor(provider: InstanceProvider): ProviderTools;
  readonly directory: Pick<Directory, "attest">;
  readonly connections: Pick<ConnectionStore, "get">;
}

/** Makes a {@link SessionRenewal} over the configured providers and the directory. */
export function createRenewal(deps: RenewalDeps): SessionRenewal {
  return {
    async refresh(session, refreshToken, tenant) {
      const provider = deps.providers.find(({ instance }) => instance === session.instance);
      if (provider?.login?.refresh === undefined) {
        return { kind: "ended", reason: "provider_unknown" };
      }
      return provider.login.refresh(
        {
          refreshToken,
          ...(session.connectionId === null ? {} : { connectionId: session.connectionId }),
          ...(tenant === undefined ? {} : { tenant }),
        },
        deps.toolsFor(provider),
      );
    },

    async attest(session, identity) {
      const connection =
        session.connectionId === null
          ? undefined
          : await deps.connections.get(session.connectionId);
      // The row is gone: the customer no longer signs in this way.
      if (connection === null) return reject("connection_mismatch");
      const attested = await deps.directory.attest({
        instance: session.instance,
        identity,
        via: "sign_in",
        ...(connection === undefined ? {} : { connection }),
      });
      if (!attested.ok) return attested;
      const who = attested.value;
      if (who.kind !== "user") return reject("subject_changed");
      const { tenant } = identity;
      return ok({
        userId: who.user.id,
        tenantId: who.tenant?.id ?? null,
        tenantExternal: tenant !== null && "external" in tenant ? tenant.external : null,
        roles: who.roles,
        permissions: who.vendorPermissions,
      });
    },
  };
}
