import type { DirectoryControls, FrontEndControls, WebhookControls } from "@tenantry/conformance";
import {
  targetDirectory,
  targetWebhooks,
  type StytchControls,
  type World,
} from "@tenantry/emulators";
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
export function webhookControls({ webhooks }: StytchControls): WebhookControls {
  return targetWebhooks(webhooks, {
    rogueSecret: `whsec_${btoa("rogue")}`,
    sign: (body, overrides) => webhooks.sign(body, { ...overrides, messageId: messageIdOf(body) }),
  });
}

/** The header's id is the event's, in each of its deliveries. */
function messageIdOf(text: string): string {
  const id = /"event_id":"([\w-]+)"/.exec(text)?.[1] ?? "event-test-unknown";
  return `msg_${id}`;
}

/** What the project holds, read from the world. */
export function directoryControls(world: World): DirectoryControls {
  const directory = targetDirectory(world);
  return {
    ...directory,
    memberships: async () =>
      (await directory.memberships()).map((membership) => ({
        ...membership,
        roles: [...membership.roles, "stytch_member"],
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
