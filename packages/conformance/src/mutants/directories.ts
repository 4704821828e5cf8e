import type { DirectoryChange, DirectorySource, Webhooks } from "@tenantry/core/provider";
import type { Started } from "../target/target.ts";
import type { AdapterMutant } from "./mutant.ts";
import { withProvider } from "./wrap.ts";

/** Adapters that mishandle webhooks, lists and management. */
export const directoryMutants: readonly AdapterMutant[] = [
  {
    id: "webhooks-ignore-signature",
    defect: "It reads deliveries without looking at their signature.",
    fails: [
      "webhooks.signature.forged",
      "webhooks.signature.missing",
      "webhooks.body.altered",
      "webhooks.time.past",
      "webhooks.time.future",
    ],
    spoil(started) {
      const { webhooks } = started;
      if (webhooks === undefined) return null;
      return hooked(started, (honest) => ({
        async verify({ body }, tools) {
          const { headers } = await webhooks.sign(body, { secret: "current", ageSeconds: 0 });
          return honest.verify(
            { body, header: (name) => headers[name.toLowerCase()] ?? null },
            tools,
          );
        },
      }));
    },
  },
  agelessDelivery("past"),
  agelessDelivery("future"),
  {
    id: "webhooks-are-always-new",
    defect: "It gives a delivery that is repeated another event id.",
    fails: ["webhooks.event.identity"],
    spoil(started) {
      let count = 0;
      return hooked(started, (honest) => ({
        async verify(raw, tools) {
          const verified = await honest.verify(raw, tools);
          count += 1;
          return verified.ok
            ? { ok: true, value: { ...verified.value, eventId: `event-${count}` } }
            : verified;
        },
      }));
    },
  },
  changedHook(
    {
      id: "webhooks-count-arrivals",
      defect: "It orders changes by their arrival.",
      fails: ["webhooks.order"],
      mayFail: ["webhooks.removal"],
    },
    () => {
      let count = Date.now();
      return (change) => {
        count += 1;
        return change.kind === "refetch" ? change : { ...change, version: count };
      };
    },
  ),
  changedHook(
    {
      id: "webhooks-mix-up-tenants",
      defect: "It reports every membership for one tenant.",
      fails: ["webhooks.tenant"],
      mayFail: ["webhooks.order", "webhooks.removal"],
    },
    () => (change) =>
      change.kind === "upsert" && change.entity === "membership"
        ? { ...change, data: { ...change.data, tenant: "the-one" } }
        : change,
  ),
  changedHook(
    {
      id: "webhooks-lose-removals",
      defect: "It reports removals as news about members.",
      fails: ["webhooks.removal"],
      mayFail: ["webhooks.order"],
    },
    () => {
      const known = new Map<string, DirectoryChange & { kind: "upsert"; entity: "membership" }>();
      return (change) => {
        if (change.entity !== "membership" || change.kind === "refetch") return change;
        const held = known.get(change.external);
        if (change.kind === "delete") {
          return held === undefined ? change : { ...held, version: change.version };
        }
        const active = { ...change, data: { ...change.data, status: "active" } as const };
        known.set(change.external, active);
        return active;
      };
    },
  ),
  changedList(
    {
      id: "lists-are-all-active",
      defect: "It lists every membership as active.",
      fails: ["directory.list.true"],
      mayFail: ["directory.list.removed"],
    },
    () => (change) =>
      change.kind === "upsert" && change.entity === "membership"
        ? { ...change, data: { ...change.data, status: "active" } }
        : change,
  ),
  changedList(
    {
      id: "lists-have-their-own-names",
      defect: "It names tenants and people in lists otherwise than in tokens.",
      fails: ["directory.names"],
      mayFail: [
        "directory.list.complete",
        "directory.list.true",
        "directory.list.removed",
        "directory.events",
        "directory.get",
      ],
    },
    () => (change) =>
      change.kind === "upsert" && change.entity === "membership"
        ? {
            ...change,
            data: {
              ...change.data,
              user: `x-${change.data.user}`,
              tenant: `x-${change.data.tenant}`,
            },
          }
        : change,
  ),
  {
    id: "lists-keep-the-removed",
    defect: "It lists what it listed before, removed or not.",
    fails: ["directory.list.removed"],
    mayFail: ["sessions.refresh.removed", "sessions.switch.removed", "webhooks.removal"],
    spoil: (started) =>
      started.provider.directory === undefined
        ? null
        : {
            started: {
              ...started,
              world: { ...started.world, removeMember: () => Promise.resolve() },
            },
          },
  },
  {
    id: "lists-get-anything",
    defect: "Asked for one thing, it gives the first one of its kind.",
    fails: ["directory.get"],
    spoil: (started) =>
      listed(started, (honest) => ({
        async get(entity, _external, tools) {
          const page = await honest.list(entity, undefined, tools);
          const first = page.ok ? page.value.items[0] : undefined;
          if (!page.ok) return page;
          return first === undefined ? { ok: false, reason: "absent" } : { ok: true, value: first };
        },
      })),
  },
  {
    id: "lists-are-empty-in-outages",
    defect: "It lists nothing while the vendor cannot be reached.",
    fails: ["directory.outage"],
    spoil: (started) =>
      listed(started, (honest) => ({
        async list(entity, cursor, tools) {
          const page = await honest.list(entity, cursor, tools);
          return page.ok || !page.reason.endsWith("_unavailable")
            ? page
            : { ok: true, value: { items: [] } };
        },
      })),
  },
  {
    id: "admin-invites-elsewhere",
    defect: "It invites everybody to the tenant of the first invitation.",
    fails: ["admin.invitation"],
    mayFail: ["admin.absent"],
    spoil(started) {
      const { admin } = started.provider;
      const invite = admin?.invite;
      if (admin === undefined || invite === undefined) return null;
      return withProvider(started, {
        admin: {
          ...admin,
          async invite(invitation) {
            const tenants = (await started.directory?.tenants()) ?? [];
            const other = tenants.find(({ external }) => external !== invitation.tenantExternal);
            const tenantExternal = other?.external ?? invitation.tenantExternal;
            return invite.call(admin, { ...invitation, tenantExternal });
          },
        },
      });
    },
  },
  {
    id: "admin-invents-success",
    defect: "It reports success for tenants that do not exist.",
    fails: ["admin.absent"],
    spoil(started) {
      const { admin } = started.provider;
      if (admin?.invite === undefined && admin?.portalLink === undefined) return null;
      const { invite, portalLink } = admin;
      return withProvider(started, {
        admin: {
          ...admin,
          ...(invite === undefined
            ? {}
            : {
                async invite(invitation) {
                  const made = await invite.call(admin, invitation);
                  return made.ok || made.reason.endsWith("_unavailable")
                    ? made
                    : { ok: true, value: { external: "invented" } };
                },
              }),
          ...(portalLink === undefined
            ? {}
            : {
                async portalLink(wish) {
                  const made = await portalLink.call(admin, wish);
                  return made.ok || made.reason.endsWith("_unavailable")
                    ? made
                    : { ok: true, value: { url: "https://vendor.example", expiresAtSeconds: 1 } };
                },
              }),
        },
      });
    },
  },
];

function hooked(started: Started, change: (webhooks: Webhooks) => Webhooks) {
  const { webhooks } = started.provider;
  return webhooks === undefined ? null : withProvider(started, { webhooks: change(webhooks) });
}

function changedHook(
  mutant: Pick<AdapterMutant, "id" | "defect" | "fails" | "mayFail">,
  make: () => (change: DirectoryChange) => DirectoryChange,
): AdapterMutant {
  return {
    ...mutant,
    spoil(started) {
      const change = make();
      return hooked(started, (honest) => ({
        async verify(raw, tools) {
          const verified = await honest.verify(raw, tools);
          if (!verified.ok) return verified;
          const { eventId, changes } = verified.value;
          // What it would have to fetch says nothing about how it reads deliveries.
          const read = await Promise.all(
            changes.map(async (one) => {
              if (one.kind !== "refetch") return one;
              const fetched = await started.provider.directory?.get(
                one.entity,
                one.external,
                tools,
              );
              return fetched?.ok === true ? fetched.value : one;
            }),
          );
          return { ok: true, value: { eventId, changes: read.map(change) } };
        },
      }));
    },
  };
}

/** A signature that is too old, or from the future, and is taken all the same. */
function agelessDelivery(when: "past" | "future"): AdapterMutant {
  return {
    id: `webhooks-ignore-the-${when}`,
    defect: `It takes deliveries that were signed long ${when === "past" ? "ago" : "from now"}.`,
    fails: [`webhooks.time.${when}`],
    spoil(started) {
      const { webhooks } = started;
      if (webhooks === undefined) return null;
      return {
        started: {
          ...started,
          webhooks: {
            ...webhooks,
            sign: async (body, how) => {
              const isIt = when === "past" ? how.ageSeconds > 0 : how.ageSeconds < 0;
              return webhooks.sign(body, isIt ? { ...how, ageSeconds: 0 } : how);
            },
          },
        },
      };
    },
  };
}

function listed(
  started: Started,
  change: (directory: DirectorySource) => Partial<DirectorySource>,
) {
  const { directory } = started.provider;
  if (directory === undefined) return null;
  const { events } = directory;
  return withProvider(started, {
    directory: {
      list: async (...request) => directory.list(...request),
      get: async (...request) => directory.get(...request),
      ...(events === undefined
        ? {}
        : { events: async (...request) => events.call(directory, ...request) }),
      ...change(directory),
    },
  });
}

function changedList(
  mutant: Pick<AdapterMutant, "id" | "defect" | "fails" | "mayFail">,
  make: () => (change: DirectoryChange) => DirectoryChange,
): AdapterMutant {
  return {
    ...mutant,
    spoil(started) {
      const change = make();
      return listed(started, (honest) => ({
        async list(entity, cursor, tools) {
          const page = await honest.list(entity, cursor, tools);
          return page.ok
            ? { ok: true, value: { ...page.value, items: page.value.items.map(change) } }
            : page;
        },
      }));
    },
  };
}
