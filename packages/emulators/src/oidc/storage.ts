import type { Adapter, AdapterFactory, AdapterPayload } from "oidc-provider";

interface Entry {
  readonly payload: AdapterPayload;
  readonly expiresAtMs: number;
}

/** Everything the provider remembers, in memory. It outlives a change of signing keys. */
export interface ProviderStorage {
  /** One adapter per model, as `oidc-provider` asks for. */
  readonly adapter: AdapterFactory;
  /** Forgets a grant and every code and token that came from it. */
  revokeGrant(grantId: string): void;
  /** The sign-in sessions of a person. */
  sessionsOf(userId: string): readonly AdapterPayload[];
  forgetSession(id: string): void;
}

/** Finds a client's metadata at the moment of a request. */
export type FindClient = (clientId: string) => AdapterPayload | undefined;

const GRANTED = ["AccessToken", "AuthorizationCode", "RefreshToken"];

/**
 * Makes the storage. The library's own in-memory adapter forgets entries beyond a thousand, which a
 * long test run reaches. Clients are looked up on each request, so services can come and go.
 */
export function createStorage(findClient: FindClient): ProviderStorage {
  const models = new Map<string, Map<string, Entry>>();

  function entriesOf(model: string): Map<string, Entry> {
    const known = models.get(model);
    if (known !== undefined) return known;
    const created = new Map<string, Entry>();
    models.set(model, created);
    return created;
  }

  function find(model: string, matches: (payload: AdapterPayload) => boolean) {
    for (const { payload } of entriesOf(model).values()) if (matches(payload)) return payload;
    return undefined;
  }

  function revokeIn(model: string, grantId: string): void {
    const entries = entriesOf(model);
    for (const [id, { payload }] of entries) if (payload.grantId === grantId) entries.delete(id);
  }

  function adapter(model: string): Adapter {
    const entries = entriesOf(model);
    return {
      async upsert(id, payload, expiresInSeconds) {
        const expiresAtMs = Date.now() + (expiresInSeconds ?? Number.POSITIVE_INFINITY) * 1000;
        entries.set(id, { payload, expiresAtMs });
      },
      async find(id) {
        if (model === "Client") return findClient(id);
        const entry = entries.get(id);
        if (entry === undefined) return undefined;
        if (entry.expiresAtMs > Date.now()) return entry.payload;
        entries.delete(id);
        return undefined;
      },
      findByUid: async (uid) => find(model, (payload) => payload.uid === uid),
      findByUserCode: async (userCode) => find(model, (payload) => payload.userCode === userCode),
      async consume(id) {
        const entry = entries.get(id);
        if (entry !== undefined) entry.payload.consumed = Math.floor(Date.now() / 1000);
      },
      async destroy(id) {
        entries.delete(id);
      },
      revokeByGrantId: async (grantId) => revokeIn(model, grantId),
    };
  }

  return {
    adapter,
    revokeGrant(grantId) {
      for (const model of GRANTED) revokeIn(model, grantId);
      entriesOf("Grant").delete(grantId);
    },
    sessionsOf: (userId) =>
      [...entriesOf("Session").values()]
        .filter((entry) => entry.payload.accountId === userId)
        .map((entry) => entry.payload),
    forgetSession: (id) => void entriesOf("Session").delete(id),
  };
}
