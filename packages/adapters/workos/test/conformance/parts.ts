import {
  NotPossible,
  type AppFacts,
  type DirectoryControls,
  type OpaqueControls,
  type WebhookControls,
} from "@tenantry/conformance";
import {
  targetDirectory,
  targetWebhooks,
  type World,
  type WorkosControls,
} from "@tenantry/emulators";

/** API keys of organizations. */
export function opaqueControls(app: AppFacts, controls: WorkosControls): OpaqueControls {
  const ids = new Map<string, string>();
  const { world } = controls;
  return {
    kind: "api_key",
    async issue({ tenant, role, scopes, expiresInSeconds }) {
      if (tenant === null) {
        throw new NotPossible(
          "every API key has an organization: https://workos.com/docs/reference/authkit/api-keys",
        );
      }
      const { id, value } = await controls.issueApiKey({
        organizationId: tenant,
        permissions: scopes ?? world.roles.get(role)?.permissions ?? app.permissions,
        expiresAtMs: expiresInSeconds === undefined ? null : Date.now() + expiresInSeconds * 1000,
      });
      ids.set(value, id);
      return { credential: value };
    },
    async revoke(credential) {
      controls.revokeApiKey(ids.get(credential) ?? "");
    },
    unknown: () => "sk_01NEVERISSUED0123456789ABCD",
  };
}

/** Webhooks, taken from the emulator's queue. */
export function webhookControls({ webhooks }: WorkosControls): WebhookControls {
  return targetWebhooks(webhooks, {
    rogueSecret: "whsec_rogue",
    sign: (body, overrides) => webhooks.sign(body, overrides),
  });
}

/** What the environment holds, read from the world. */
export function directoryControls(world: World, controls: WorkosControls): DirectoryControls {
  return {
    ...targetDirectory(world),
    invitations: async () =>
      controls
        .invitations()
        .map(({ email, organizationId }) => ({ email, tenant: organizationId ?? "" })),
  };
}
