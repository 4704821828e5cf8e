import { createAuth } from "../../../src/create-auth.ts";
import { memoryStores } from "../../../src/directory/memory/stores.ts";
import type { Stores } from "../../../src/directory/ports.ts";
import { ok, reject, type Result } from "../../../src/internal/result.ts";
import type { LogEvent } from "../../../src/log.ts";
import type { AuthOptions } from "../../../src/options.ts";
import { NO_CAPABILITIES } from "../../../src/provider/capabilities.ts";
import { defineProvider } from "../../../src/provider/define-provider.ts";
import type {
  DirectoryChange,
  DirectoryEntity,
  DirectorySource,
  MembershipData,
} from "../../../src/provider/directory.ts";
import { NOW_MS } from "../../fixtures/records.ts";
import { notes } from "../../permissions/notes-catalogue.ts";

export const ISSUER = "https://idp.example";
export const INSTANCE = "acme-idp";

type Status = MembershipData["status"];
type Entry = Extract<DirectoryChange, { kind: "upsert" }>;

/** A vendor that remembers tenants, people and memberships, and every change of them. */
export function createVendor(clock: { ms: number }) {
  const rows = new Map<string, Entry>();
  const log: DirectoryChange[] = [];
  const keyOf = (entity: DirectoryEntity, external: string) => `${entity} ${external}`;

  function say(change: Entry) {
    clock.ms += 1;
    const dated = { ...change, version: clock.ms };
    rows.set(keyOf(change.entity, change.external), dated);
    log.push(dated);
  }
  function drop(entity: DirectoryEntity, external: string) {
    const row = rows.get(keyOf(entity, external));
    if (row === undefined) return;
    clock.ms += 1;
    rows.delete(keyOf(entity, external));
    log.push(deletion(entity, external, clock.ms));
  }
  function membersOf(part: string) {
    return [...rows.values()].filter(
      (row) => row.entity === "membership" && (row.data.user === part || row.data.tenant === part),
    );
  }

  return {
    tick: () => void (clock.ms += 1),
    /** What it would have sent as webhooks, oldest first. */
    log,
    rows: (entity: DirectoryEntity) =>
      [...rows.values()].filter((row) => row.entity === entity).toSorted(byExternal),
    has: (entity: DirectoryEntity, external: string) => rows.has(keyOf(entity, external)),
    get: (entity: DirectoryEntity, external: string): DirectoryChange =>
      rows.get(keyOf(entity, external)) ?? deletion(entity, external, clock.ms),
    tenant(external: string, name = `Tenant ${external}`) {
      say({ kind: "upsert", entity: "tenant", external, version: 0, data: { name } });
    },
    user(external: string, name = `Person ${external}`) {
      say({ kind: "upsert", entity: "user", external, version: 0, data: { name } });
    },
    member(user: string, tenant: string, role = "member", status: Status = "active") {
      const external = `${tenant}/${user}`;
      const data = { user, tenant, roles: [role], status };
      say({ kind: "upsert", entity: "membership", external, version: 0, data });
    },
    dropMember: (user: string, tenant: string) => drop("membership", `${tenant}/${user}`),
    /** With all memberships, as vendors do: without a word about them. */
    dropTenant(external: string) {
      for (const { external: id } of membersOf(external)) rows.delete(keyOf("membership", id));
      drop("tenant", external);
    },
    dropUser(external: string) {
      for (const { external: id } of membersOf(external)) rows.delete(keyOf("membership", id));
      drop("user", external);
    },
  };
}

export type Vendor = ReturnType<typeof createVendor>;

/** The vendor's interface, a few rows a page. Each question passes `refuse`, which may answer instead. */
export function sourceOf(
  vendor: Vendor,
  refuse: (question: string) => Result<never> | null = () => null,
): DirectorySource & Required<Pick<DirectorySource, "events">> {
  const PAGE = 3;
  const before = (question: string) => {
    vendor.tick(); // asking takes time
    return refuse(question);
  };
  return {
    async list(entity, cursor) {
      const refusal = before(`list ${entity}`);
      if (refusal !== null) return refusal;
      const from = Number(cursor ?? 0);
      const all = vendor.rows(entity);
      const items = all.slice(from, from + PAGE);
      return ok({ items, ...(from + PAGE < all.length ? { next: String(from + PAGE) } : {}) });
    },
    async get(entity, external) {
      return before(`get ${entity} ${external}`) ?? ok(vendor.get(entity, external));
    },
    membershipId: ({ user, tenant }) => `${tenant}/${user}`,
    async events(cursor) {
      const refusal = before("events");
      if (refusal !== null) return refusal;
      const from = Number(cursor ?? 0);
      const items = vendor.log.slice(from, from + PAGE);
      return ok({ items, ...(items.length === 0 ? {} : { next: String(from + items.length) }) });
    },
  };
}

/** An app whose one provider has these lists. Its clock follows the vendor's. */
export function openApp(
  source: DirectorySource,
  options: {
    readonly clock: { ms: number };
    readonly stores?: Stores;
    readonly auth?: Partial<AuthOptions<string, string>>;
  },
) {
  const { clock } = options;
  const nowMs = () => clock.ms;
  const stores = options.stores ?? memoryStores({ nowMs });
  const logs: LogEvent[] = [];
  const provider = defineProvider({
    spec: 1,
    vendor: INSTANCE,
    issuer: ISSUER,
    capabilities: {
      ...NO_CAPABILITIES,
      directoryList: "yes",
      directoryEvents: source.events === undefined ? "no" : "yes",
    },
    tokens: [],
    directory: source,
  });
  const auth = createAuth<string, string>({
    baseUrl: "https://app.example.com",
    providers: [provider],
    permissions: notes,
    secrets: ["s".repeat(32)],
    stores,
    nowMs,
    log: (event) => void logs.push(event),
    ...options.auth,
  });
  const apply = (change: DirectoryChange) =>
    auth.directory.apply({ instance: INSTANCE, issuer: ISSUER }, change);
  const localOf = async (kind: "tenant" | "user", external: string) =>
    (await stores.links.find({ instance: INSTANCE, issuer: ISSUER, kind, external }))?.local ?? "";
  const membership = async (user: string, tenant: string) =>
    stores.memberships.get(await localOf("user", user), await localOf("tenant", tenant));
  return { auth, stores, logs, apply, localOf, membership };
}

export type App = ReturnType<typeof openApp>;

export function clockAt() {
  return { ms: NOW_MS };
}

export const UNAVAILABLE = reject("provider_unavailable", 7);

function deletion(entity: DirectoryEntity, external: string, version: number): DirectoryChange {
  if (entity !== "membership") return { kind: "delete", entity, external, version };
  const [tenant = "", user = ""] = external.split("/");
  return { kind: "delete", entity, external, version, data: { user, tenant } };
}

function byExternal(one: Entry, other: Entry): number {
  return one.external < other.external ? -1 : 1;
}
