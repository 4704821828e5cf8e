import type {
  AppFacts,
  DirectoryControls,
  OpaqueControls,
  WebhookControls,
} from "@tenantry/conformance";
import {
  targetDirectory,
  targetWebhooks,
  type ClerkControls,
  type World,
} from "@tenantry/emulators";
import { MACHINE_CLAIMS } from "./tokens.ts";

/** API keys of organizations, and a person's own, which stands for none. */
export function apiKeyControls(app: AppFacts, controls: ClerkControls): OpaqueControls {
  const ids = new Map<string, string>();
  const { world } = controls;
  return {
    kind: "api_key",
    async issue({ tenant, role, scopes, expiresInSeconds }) {
      const { id, secret } = controls.issueApiKey({
        subject: tenant ?? world.users.list()[0]?.id ?? "user_nobody",
        scopes: scopes ?? world.roles.get(role)?.permissions ?? app.permissions,
        expiresAtMs: expiresInSeconds === undefined ? null : Date.now() + expiresInSeconds * 1000,
      });
      ids.set(secret, id);
      return { credential: secret };
    },
    async revoke(credential) {
      controls.revokeApiKey(ids.get(credential) ?? "");
    },
    unknown: () => "ak_NEVERISSUED0123456789abcdefgh",
  };
}

/** Opaque tokens of machines, whose tenant and role are claims that the machine wrote. */
export function machineTokenControls(controls: ClerkControls): OpaqueControls {
  const ids = new Map<string, string>();
  let machines = 0;
  return {
    kind: "m2m",
    async issue({ tenant, role, expiresInSeconds }) {
      machines += 1;
      const { id, secret } = controls.issueMachineToken({
        machine: `mch_opaque_${machines}`,
        claims:
          tenant === null
            ? {}
            : { [MACHINE_CLAIMS.org]: tenant, [MACHINE_CLAIMS.roles]: [`org:${role}`] },
        expiresAtMs: expiresInSeconds === undefined ? null : Date.now() + expiresInSeconds * 1000,
      });
      ids.set(secret, id);
      return { credential: secret };
    },
    async revoke(credential) {
      controls.revokeMachineToken(ids.get(credential) ?? "");
    },
    unknown: () => "mt_NEVERISSUED0123456789abcdefgh",
  };
}

/** Webhooks, taken from the emulator's queue. */
export function webhookControls({ webhooks }: ClerkControls): WebhookControls {
  return targetWebhooks(webhooks, {
    rogueSecret: `whsec_${btoa("rogue")}`,
    sign: (body, overrides) =>
      webhooks.sign(webhooks.all().find((event) => event.body === body) ?? body, overrides),
  });
}

/** What the instance holds, read from the world. A membership that is not active does not exist. */
export function directoryControls(world: World, controls: ClerkControls): DirectoryControls {
  const directory = targetDirectory(world);
  return {
    ...directory,
    memberships: async () =>
      (await directory.memberships()).filter(({ status }) => status === "active"),
    invitations: async () =>
      controls
        .invitations()
        .map(({ email, organizationId }) => ({ email, tenant: organizationId })),
  };
}
