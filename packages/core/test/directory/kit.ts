import { createDirectory, type DirectoryOptions } from "../../src/directory/directory.ts";
import type { Connection, Tenant } from "../../src/directory/records.ts";
import { memoryStores, type Stores } from "../../src/stores.ts";
import type { LogEvent } from "../../src/log.ts";
import type { Identity } from "../../src/tokens/profile.ts";
import { notes } from "../permissions/notes-catalogue.ts";

export const NOW_MS = Date.UTC(2026, 0, 1, 12);
export const NOW_S = NOW_MS / 1000;
export const ISSUER = "https://idp.example.com";

/** A directory over memory, with a clock and a log that tests can read and turn. */
export function openDirectory(
  changes: Partial<Omit<DirectoryOptions, "stores">> & { readonly stores?: Partial<Stores> } = {},
) {
  const clock = { ms: NOW_MS };
  const logs: LogEvent[] = [];
  const nowMs = () => clock.ms;
  const stores: Stores = { ...memoryStores({ nowMs }), ...changes.stores };
  const directory = createDirectory({
    nowMs,
    log: (event) => void logs.push(event),
    catalogue: notes,
    ...changes,
    stores,
  });
  return { directory, stores, clock, logs };
}

/** Ada of organization `org_1`, signed in just now as a member. */
export function ada(changes: Partial<Identity> = {}): Identity {
  return {
    issuer: ISSUER,
    subject: "ada",
    subjectScope: "global",
    kind: "user",
    tenant: { external: "org_1", slug: "acme", name: "Acme" },
    roles: ["member"],
    name: "Ada",
    email: { value: "ada@acme.example", verified: true },
    authentication: { method: "password", atMs: NOW_MS },
    actors: [],
    issuedAtSeconds: NOW_S,
    expiresAtSeconds: NOW_S + 300,
    ...changes,
  };
}

/** Identities without the named members, as a provider that is silent about them gives. */
export function without(
  identity: Identity,
  ...names: readonly ("roles" | "email" | "name")[]
): Identity {
  const entries = Object.entries(identity).filter(([name]) => !names.some((one) => one === name));
  return Object.fromEntries(entries) as unknown as Identity;
}

/** The reporting service of organization `org_1`. */
export function reporter(changes: Partial<Identity> = {}): Identity {
  return ada({
    subject: "reporter",
    kind: "service",
    roles: ["both"],
    name: "Reporter",
    authentication: { method: "client_credentials" },
    ...changes,
  });
}

/** A customer's own provider, of the tenant `t1`. */
export function customerIdp(changes: Partial<Connection> = {}): Connection {
  return {
    id: "c1",
    instance: "main",
    tenantId: "t1",
    issuer: ISSUER,
    clientId: "client",
    emailDomains: ["acme.example"],
    enabled: true,
    settings: {},
    sealedSecrets: {},
    ...changes,
  };
}

/** A tenant that is there from the start. */
export function tenantRow(id: string, changes: Partial<Tenant> = {}): Tenant {
  return {
    id,
    slug: id,
    name: id,
    status: "active",
    domains: [],
    policy: {},
    placement: null,
    ...changes,
  };
}

/** The value of a good result; an error that names the reason otherwise. */
export function valueOf<T>(
  result:
    | { readonly ok: true; readonly value: T }
    | { readonly ok: false; readonly reason: string },
): T {
  if (!result.ok) throw new Error(`refused: ${result.reason}`);
  return result.value;
}

/** Attests and expects a person. */
export async function attestPerson(
  directory: ReturnType<typeof createDirectory>,
  attestation: Partial<Parameters<typeof directory.attest>[0]> & { readonly identity: Identity },
) {
  const attested = valueOf(
    await directory.attest({ instance: "main", via: "sign_in", ...attestation }),
  );
  if (attested.kind !== "user") throw new Error("not a person");
  return attested;
}

/** Stores of one port that fail. */
export function failing<K extends keyof Stores>(port: K): Pick<Stores, K> {
  const broken = new Proxy(
    {},
    {
      get: () => () => Promise.reject(new RangeError("secret-value in a driver's message")),
    },
  );
  return { [port]: broken } as Pick<Stores, K>;
}
