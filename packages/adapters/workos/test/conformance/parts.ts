import {
  NotPossible,
  type AppFacts,
  type DirectoryControls,
  type OpaqueControls,
  type RawDelivery,
  type WebhookControls,
} from "@tenantry/conformance";
import type { SignedWebhook, World, WorkosControls } from "@tenantry/emulators";

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
export function webhookControls(controls: WorkosControls): WebhookControls {
  const { webhooks } = controls;
  return {
    async take() {
      const pending = webhooks.pending();
      webhooks.lose();
      return pending.map((event) => raw(webhooks.sign(event)));
    },
    async sign(body, { secret, ageSeconds }) {
      const text = new TextDecoder().decode(body);
      return raw(
        webhooks.sign(text, {
          signedAtMs: Date.now() - ageSeconds * 1000,
          ...(secret === "rogue" ? { secret: "whsec_rogue" } : {}),
        }),
      );
    },
  };
}

function raw({ headers, body }: SignedWebhook): RawDelivery {
  return { headers, body: new TextEncoder().encode(body) };
}

/** What the environment holds, read from the world. */
export function directoryControls(world: World, controls: WorkosControls): DirectoryControls {
  return {
    tenants: async () => world.tenants.list().map(({ id, name }) => ({ external: id, name })),
    memberships: async () =>
      world.memberships.list().map(({ userId, tenantId, roles, status }) => ({
        email: world.users.get(userId)?.email ?? "",
        tenant: tenantId,
        roles,
        status,
      })),
    invitations: async () =>
      controls
        .invitations()
        .map(({ email, organizationId }) => ({ email, tenant: organizationId ?? "" })),
  };
}
