import type { NetworkControls } from "../http/network-controls.ts";
import type { OutageMode } from "../http/outage.ts";
import type { SignedWebhook, WebhookOverrides, WebhookQueue } from "../webhooks/queue.ts";
import type { World } from "../world/world.ts";

/** The `outage` of a conformance target: the vendor gone, failing, silent, or back. */
export function targetOutage(
  controls: Pick<NetworkControls<never>, "disconnect" | "recover"> & {
    fail(outage: { readonly mode: OutageMode }): void;
  },
): (mode: OutageMode | "unreachable" | null) => Promise<void> {
  return async (mode) => {
    if (mode === null) await controls.recover();
    else if (mode === "unreachable") await controls.disconnect();
    else controls.fail({ mode });
  };
}

/** The `substitute` of a conformance target: answers about somebody or somewhere else. */
export function targetSubstitute(controls: {
  substitute(other: { readonly person?: string; readonly organization?: string } | null): void;
}): (other: { readonly person?: string; readonly tenant?: string } | null) => Promise<void> {
  return async (other) =>
    controls.substitute(
      other && {
        ...(other.person === undefined ? {} : { person: other.person }),
        ...(other.tenant === undefined ? {} : { organization: other.tenant }),
      },
    );
}

interface Delivery {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/**
 * The `webhooks` of a conformance target, taken from an emulator's queue. `sign` signs a body that
 * may have been changed, keeping its event's id; `rogueSecret` is a secret that is not the vendor's.
 */
export function targetWebhooks<Event>(
  queue: WebhookQueue<Event> & { sign(event: Event): SignedWebhook },
  how: {
    readonly rogueSecret: string;
    readonly sign: (body: string, overrides: WebhookOverrides) => SignedWebhook;
  },
): {
  take(): Promise<readonly Delivery[]>;
  sign(
    body: Uint8Array,
    signing: { readonly secret: "current" | "rogue"; readonly ageSeconds: number },
  ): Promise<Delivery>;
} {
  return {
    async take() {
      const pending = queue.pending();
      queue.lose();
      return pending.map((event) => raw(queue.sign(event)));
    },
    async sign(body, { secret, ageSeconds }) {
      const signed = how.sign(new TextDecoder().decode(body), {
        signedAtMs: Date.now() - ageSeconds * 1000,
        ...(secret === "rogue" ? { secret: how.rogueSecret } : {}),
      });
      return raw(signed);
    },
  };
}

function raw({ headers, body }: SignedWebhook): Delivery {
  return { headers, body: new TextEncoder().encode(body) };
}

/** The tenants, memberships and domains of a conformance target's `directory`, read from the world. */
export function targetDirectory(world: World): {
  tenants(): Promise<readonly { readonly external: string; readonly name: string }[]>;
  memberships(): Promise<
    readonly {
      readonly email: string;
      readonly tenant: string;
      readonly roles: readonly string[];
      readonly status: "active" | "pending" | "inactive";
    }[]
  >;
  domains(): Promise<
    readonly { readonly domain: string; readonly tenant: string; readonly verified: boolean }[]
  >;
} {
  return {
    domains: async () =>
      world.tenants
        .list()
        .flatMap(({ id: tenant, domains }) => domains.map((one) => ({ ...one, tenant }))),
    tenants: async () => world.tenants.list().map(({ id, name }) => ({ external: id, name })),
    memberships: async () =>
      world.memberships.list().map(({ userId, tenantId, roles, status }) => ({
        email: world.users.get(userId)?.email ?? "",
        tenant: tenantId,
        roles,
        status,
      })),
  };
}
