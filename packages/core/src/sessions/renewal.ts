import type { Directory } from "../directory/directory.ts";
import type { ConnectionStore } from "../directory/ports.ts";
import { ok, reject } from "../internal/result.ts";
import type { ProviderTools } from "../provider/login-flow.ts";
import type { InstanceProvider } from "../tokens/provider-instance.ts";
import type { SessionRenewal } from "./refresh.ts";

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
