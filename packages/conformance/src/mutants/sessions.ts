import type { LogoutNotice } from "@tenantry/core/provider";
import { decode, encode } from "../scene/specimen.ts";
import type { AdapterMutant } from "./mutant.ts";
import { withLogin } from "./wrap.ts";

/** Sessions that do not end, move or stay as they should. */
export const sessionMutants: readonly AdapterMutant[] = [
  {
    id: "sessions-never-end",
    defect: "Ending a session changes nothing.",
    fails: ["sessions.fixation", "sessions.logout", "attacks.late-renewal"],
    mayFail: [
      "sessions.switch.own",
      "sessions.backchannel.honest",
      "sessions.backchannel.forged",
      "sessions.refresh.ended",
      "sessions.refresh.removed",
      "outage.session",
    ],
    spoil: (started) => ({
      started,
      defects: {
        stores: (stores) => ({
          ...stores,
          sessions: { ...stores.sessions, end: () => Promise.resolve() },
        }),
      },
    }),
  },
  {
    id: "members-everywhere",
    defect: "It takes everybody for a member of every tenant.",
    fails: ["sessions.switch.foreign", "tenancy.session.foreign"],
    mayFail: ["sessions.switch.removed"],
    spoil: (started) => ({
      started,
      defects: {
        stores: (stores) => ({
          ...stores,
          memberships: {
            ...stores.memberships,
            get: async (userId, tenantId) =>
              (await stores.memberships.get(userId, tenantId)) ?? {
                userId,
                tenantId,
                roles: ["viewer"],
                status: "active",
                versionMs: 1,
              },
          },
        }),
      },
    }),
  },
  {
    id: "paths-are-ignored",
    defect: "It does not compare the tenant in the path with the credential's.",
    fails: [
      "tenancy.token.foreign",
      "tenancy.session.other",
      "tenancy.session.foreign",
      "machine.foreign",
      "attacks.acted-on-another",
    ],
    mayFail: ["tenancy.token.none", "machine.opaque.unbound", "sessions.switch.own"],
    spoil: (started) => ({
      started,
      defects: {
        request: async (request) => {
          const url = new URL(request.url);
          const isTenant = /^\/t\//i.test(url.pathname);
          const { method, headers } = request;
          return Promise.resolve(
            isTenant ? new Request(`${url.origin}/notes`, { method, headers }) : request,
          );
        },
      },
    }),
  },
  {
    id: "logout-tokens-are-believed",
    defect: "It reads logout tokens without verifying them.",
    fails: ["sessions.backchannel.forged"],
    spoil(started) {
      if (started.provider.login?.backchannelLogout === undefined) return null;
      return withLogin(started, () => ({
        async backchannelLogout({ logoutToken }) {
          const claims = decode(logoutToken.split(".")[1] ?? encode({}));
          const { iss, sub, sid, jti } = claims;
          const value: LogoutNotice = {
            issuer: String(iss),
            ...(typeof sub === "string" ? { subject: sub } : {}),
            ...(typeof sid === "string" ? { sessionId: sid } : {}),
            // Every bent token has the honest one's id, and core remembers ids.
            tokenId: `${String(jti)} ${logoutToken.slice(-9)}`,
            expiresAtSeconds: Math.floor(Date.now() / 1000) + 60,
          };
          return Promise.resolve({ ok: true, value });
        },
      }));
    },
  },
  {
    id: "logout-tokens-name-nobody",
    defect: "It loses the person whom a logout token names.",
    fails: ["sessions.backchannel.honest", "sessions.backchannel.forged"],
    mayFail: ["sessions.backchannel.twice"],
    spoil(started) {
      const { login } = started.provider;
      const verify = login?.backchannelLogout?.bind(login);
      if (verify === undefined) return null;
      return withLogin(started, () => ({
        async backchannelLogout(request, tools) {
          const notice = await verify(request, tools);
          if (!notice.ok) return notice;
          const { subject: _subject, ...rest } = notice.value;
          return { ok: true, value: { ...rest, sessionId: "of-somebody-else" } };
        },
      }));
    },
  },
  {
    id: "logout-tokens-count-again",
    defect: "It takes a logout token as often as it comes.",
    fails: ["sessions.backchannel.twice"],
    spoil: (started) =>
      started.provider.login?.backchannelLogout === undefined
        ? null
        : {
            started,
            defects: {
              stores: (stores) => ({ ...stores, replay: { claim: () => Promise.resolve(true) } }),
            },
          },
  },
  {
    id: "inactive-members-are-active",
    defect: "It does not look at the status of a membership.",
    fails: ["login.tenant.inactive"],
    mayFail: ["directory.list.true", "attacks.external-ids"],
    spoil: (started) => ({
      started: {
        ...started,
        world: {
          ...started.world,
          setMember: async ({ status: _status, ...membership }) =>
            started.world.setMember(membership),
        },
      },
    }),
  },
  {
    id: "removals-are-missed",
    defect: "It does not learn that somebody was removed.",
    fails: ["sessions.switch.removed", "sessions.refresh.removed"],
    mayFail: ["webhooks.removal", "webhooks.route", "directory.list.removed"],
    spoil: (started) => ({
      started: {
        ...started,
        world: { ...started.world, removeMember: () => Promise.resolve() },
      },
    }),
  },
  {
    id: "ends-are-missed",
    defect: "It does not learn that the vendor ended a session.",
    fails: ["sessions.refresh.ended", "sessions.frontend.ended"],
    spoil: (started) => ({
      started: {
        ...started,
        world: { ...started.world, endSessions: () => Promise.resolve() },
      },
    }),
  },
  {
    id: "sign-outs-stay-here",
    defect: "It signs nobody out at the vendor.",
    fails: ["sessions.logout.vendor"],
    spoil: (started) =>
      started.provider.capabilities.endSession === "no"
        ? null
        : withLogin(started, (login) => ({
            ...(login.endSession === undefined ? {} : { endSession: () => Promise.resolve() }),
            ...(login.endSessionUrl === undefined
              ? {}
              : { endSessionUrl: () => Promise.resolve(null) }),
          })),
  },
];
