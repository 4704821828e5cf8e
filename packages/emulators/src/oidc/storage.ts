import type { Adapter, AdapterFactory, AdapterPayload } from "oidc-provider";

/** Everything the provider remembers, in memory. It outlives a change of signing keys. */
export interface ProviderStorage {
  /** One adapter per model, as `oidc-provider` asks for. */
  readonly adapter: AdapterFactory;
  /** The sign-in sessions of a person. */
  sessionsOf(userId: string): readonly AdapterPayload[];
  forgetSession(id: string): void;
}

/** Finds a client's metadata at the moment of a request. */
export type FindClient = (clientId: string) => AdapterPayload | undefined;

/**
 * Makes the storage. The library's own in-memory adapter forgets entries beyond a thousand, which a
 * long test run reaches. Expiry is not kept here: the library checks what it is handed. Clients are
 * looked up on each request, so services can come and go.
 */
export function createStorage(findClient: FindClient): ProviderStorage {
  const models = new Map<string, Map<string, AdapterPayload>>();

  function rowsOf(model: string): Map<string, AdapterPayload> {
    const known = models.get(model);
    if (known !== undefined) return known;
    const created = new Map<string, AdapterPayload>();
    models.set(model, created);
    return created;
  }

  const adapter = (model: string): Adapter => {
    const rows = rowsOf(model);
    const firstWith = (matches: (row: AdapterPayload) => boolean): AdapterPayload | undefined => {
      for (const row of rows.values()) if (matches(row)) return row;
      return undefined;
    };
    return {
      upsert: async (id, row) => void rows.set(id, row),
      find: async (id) => (model === "Client" ? findClient(id) : rows.get(id)),
      findByUid: async (uid) => firstWith((row) => row.uid === uid),
      findByUserCode: async (userCode) => firstWith((row) => row.userCode === userCode),
      async consume(id) {
        const row = rows.get(id);
        if (row !== undefined) row.consumed = Math.floor(Date.now() / 1000);
      },
      destroy: async (id) => void rows.delete(id),
      async revokeByGrantId(grantId) {
        for (const [id, row] of rows) if (row.grantId === grantId) rows.delete(id);
      },
    };
  };

  return {
    adapter,
    sessionsOf: (userId) =>
      [...rowsOf("Session").values()].filter((row) => row.accountId === userId),
    forgetSession: (id) => void rowsOf("Session").delete(id),
  };
}
