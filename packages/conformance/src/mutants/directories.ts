import type { DirectoryChange, DirectorySource, Webhooks } from "@tenantry/core/provider";
import type { Started } from "../target/target.ts";
import type { AdapterMutant } from "./mutant.ts";
import { withProvider } from "./wrap.ts";

/** Adapters that mishandle webhooks and lists. */
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
      "webhooks.route",
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
      mayFail: ["webhooks.removal", "webhooks.route"],
    },
    () => {
      let count = Date.now();
      return (change) => {
        count += 1;
        const isOrdered = change.kind !== "refetch" && change.entity === "membership";
        return isOrdered ? { ...change, version: count } : change;
      };
    },
    // What is fetched anew is the vendor's state of now, in whatever order.
    "as delivered",
  ),
  changedHook(
    {
      id: "webhooks-mix-up-tenants",
      defect: "It reports every membership for one tenant.",
      fails: ["webhooks.tenant"],
      mayFail: ["webhooks.order", "webhooks.removal", "webhooks.route"],
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
      fails: ["webhooks.removal", "webhooks.route"],
      mayFail: ["webhooks.order"],
    },
    () => {
      const known = new Map<string, DirectoryChange & { kind: "upsert"; entity: "membership" }>();
      return (change) => {
        if (change.entity !== "membership" || change.kind === "refetch") return change;
        const held = known.get(change.external);
        if (change.kind === "delete") {
          const { user, tenant } = change.data;
          const data = held?.data ?? { user, tenant, status: "active" };
          return { ...change, kind: "upsert", data };
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
      mayFail: ["directory.list.removed", "directory.reconcile", "directory.reconcile.outage"],
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
        "directory.reconcile",
        "directory.reconcile.outage",
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
    fails: ["directory.list.removed", "directory.reconcile", "directory.reconcile.outage"],
    mayFail: [
      "sessions.refresh.removed",
      "sessions.switch.removed",
      "webhooks.removal",
      "webhooks.route",
    ],
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
    fails: ["directory.get", "directory.reconcile", "directory.reconcile.outage"],
    // Webhooks that only name a thing ask for it.
    mayFail: ["webhooks.removal", "webhooks.route", "webhooks.order", "webhooks.tenant"],
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
    id: "lists-take-an-outage-for-an-end",
    defect: "What it cannot reach it calls gone.",
    fails: ["directory.outage", "directory.reconcile.outage"],
    spoil: (started) =>
      listed(started, (honest) => ({
        async list(entity, cursor, tools) {
          const page = await honest.list(entity, cursor, tools);
          return page.ok ? page : { ok: true, value: { items: [] } };
        },
        async get(entity, external, tools) {
          const got = await honest.get(entity, external, tools);
          if (got.ok || !got.reason.endsWith("_unavailable") || entity === "membership") return got;
          return { ok: true, value: { kind: "delete", entity, external, version: Date.now() } };
        },
      })),
  },
  {
    id: "lists-forget-names-of-the-gone",
    defect: "It cannot say what a membership is called that is on no list.",
    fails: ["directory.reconcile", "directory.reconcile.outage"],
    // Where a person belongs to one tenant only, they are missed as a person.
    spoil: (started) =>
      started.provider.directory?.membershipId({ user: "someone", tenant: "somewhere" }) === null
        ? null
        : listed(started, () => ({ membershipId: () => null })),
  },
];

function hooked(started: Started, change: (webhooks: Webhooks) => Webhooks) {
  const { webhooks } = started.provider;
  return webhooks === undefined ? null : withProvider(started, { webhooks: change(webhooks) });
}

function changedHook(
  mutant: Pick<AdapterMutant, "id" | "defect" | "fails" | "mayFail">,
  make: () => (change: DirectoryChange) => DirectoryChange,
  how: "fetched" | "as delivered" = "fetched",
): AdapterMutant {
  return {
    ...mutant,
    spoil(started) {
      const { change, tookHold } = watched(make());
      const spoiled = hooked(started, (honest) => ({
        async verify(raw, tools) {
          const verified = await honest.verify(raw, tools);
          if (!verified.ok) return verified;
          const { eventId, changes } = verified.value;
          // What it would have to fetch says nothing about how it reads deliveries.
          const read = await Promise.all(
            changes.map(async (one) => {
              if (one.kind !== "refetch" || how === "as delivered") return one;
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
      return spoiled && { ...spoiled, tookHold };
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
  const events = directory.events?.bind(directory);
  return withProvider(started, {
    directory: {
      list: async (...request) => directory.list(...request),
      get: async (...request) => directory.get(...request),
      membershipId: (place) => directory.membershipId(place),
      ...(events === undefined ? {} : { events }),
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
      const { change, tookHold } = watched(make());
      const spoiled = listed(started, (honest) => ({
        async list(entity, cursor, tools) {
          const page = await honest.list(entity, cursor, tools);
          return page.ok
            ? {
                ok: true,
                value: { ...page.value, items: page.value.items.map((one) => change(one)) },
              }
            : page;
        },
      }));
      return spoiled && { ...spoiled, tookHold };
    },
  };
}

/** The same change, and whether it ever changed anything. */
function watched(change: (one: DirectoryChange) => DirectoryChange) {
  let count = 0;
  return {
    change: (one: DirectoryChange): DirectoryChange => {
      const changed = change(one);
      if (JSON.stringify(changed) !== JSON.stringify(one)) count += 1;
      return changed;
    },
    tookHold: () => count > 0,
  };
}
