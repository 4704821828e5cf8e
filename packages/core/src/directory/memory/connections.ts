import type { ConnectionStore } from "../ports.ts";
import type { Connection } from "../records.ts";
import { compositeKey } from "./composite-key.ts";
import { frozenCopy } from "./frozen-copy.ts";

/** Connections in the memory of one process. Listings walk all of them: use a database for many. */
export function memoryConnections(): ConnectionStore {
  const byId = new Map<string, Connection>();
  const idByClient = new Map<string, string>();

  const where = (accepts: (connection: Connection) => boolean) =>
    [...byId.values()].filter(accepts);

  function forget(id: string): void {
    const old = byId.get(id);
    if (old !== undefined) idByClient.delete(clientKey(old));
    byId.delete(id);
  }

  return {
    async get(id) {
      return byId.get(id) ?? null;
    },
    async listByIssuer(instance, issuer) {
      return where((row) => row.instance === instance && row.issuer === issuer);
    },
    async listByTenant(tenantId) {
      return where((row) => row.tenantId === tenantId);
    },
    async listByEmailDomain(domain) {
      return where((row) => row.enabled && row.emailDomains.includes(domain));
    },
    async put(connection) {
      const client = clientKey(connection);
      const holder = idByClient.get(client);
      if (holder !== undefined && holder !== connection.id) return false;
      forget(connection.id);
      byId.set(connection.id, frozenCopy(connection));
      idByClient.set(client, connection.id);
      return true;
    },
    async remove(id) {
      forget(id);
    },
  };
}

function clientKey(connection: Connection): string {
  return compositeKey(connection.instance, connection.issuer, connection.clientId);
}
