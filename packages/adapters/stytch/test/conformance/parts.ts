import type {
  DirectoryControls,
  FrontEndControls,
  RawDelivery,
  WebhookControls,
} from "@tenantry/conformance";
import type { SignedWebhook, StytchControls, World } from "@tenantry/emulators";
import { decodeJwt } from "jose";

const HOUR = 3600;

/** A browser with Stytch's JavaScript SDK in it: two cookies. */
export function frontEndControls(controls: StytchControls): FrontEndControls {
  return {
    async signIn({ person, tenant = "" }) {
      const { session_token: opaque, session_jwt: jwt } = await controls.signInFrontEnd({
        person,
        organization: tenant,
      });
      const jar = new Map([
        ["stytch_session", opaque],
        ["stytch_session_jwt", jwt],
      ]);
      return {
        cookies: () => Object.fromEntries(jar),
        async expire() {
          const claims = decodeJwt(jar.get("stytch_session_jwt") ?? "");
          const iat = Number(claims.iat) - HOUR;
          const times = { iat, nbf: iat, exp: Number(claims.exp) - HOUR };
          const header = { typ: "JWT" };
          jar.set(
            "stytch_session_jwt",
            await controls.sign({ header, claims: { ...claims, ...times } }),
          );
        },
        store(lines) {
          for (const line of lines) {
            const [pair = ""] = line.split(";");
            const at = pair.indexOf("=");
            jar.set(pair.slice(0, at), pair.slice(at + 1));
          }
        },
        follow: () =>
          Promise.reject(new Error("Stytch renews without sending the browser anywhere.")),
      };
    },
  };
}

/** Webhooks, taken from the emulator's queue. */
export function webhookControls(controls: StytchControls): WebhookControls {
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
          messageId: messageIdOf(text),
          signedAtMs: Date.now() - ageSeconds * 1000,
          ...(secret === "rogue" ? { secret: `whsec_${btoa("rogue")}` } : {}),
        }),
      );
    },
  };
}

/** The header's id is the event's, in each of its deliveries. */
function messageIdOf(text: string): string {
  const id = /"event_id":"([\w-]+)"/.exec(text)?.[1] ?? "event-test-unknown";
  return `msg_${id}`;
}

function raw({ headers, body }: SignedWebhook): RawDelivery {
  return { headers, body: new TextEncoder().encode(body) };
}

/** What the project holds, read from the world. */
export function directoryControls(world: World): DirectoryControls {
  return {
    tenants: async () => world.tenants.list().map(({ id, name }) => ({ external: id, name })),
    memberships: async () =>
      world.memberships.list().map(({ userId, tenantId, roles, status }) => ({
        email: world.users.get(userId)?.email ?? "",
        tenant: tenantId,
        roles: [...roles, "stytch_member"],
        status,
      })),
    // An invited person is a member with that status.
    invitations: async () =>
      world.memberships
        .list()
        .filter(({ status }) => status === "pending")
        .map(({ userId, tenantId }) => ({
          email: world.users.get(userId)?.email ?? "",
          tenant: tenantId,
        })),
  };
}
