import { ok, reject, type RegisteredClient, type RegisteredClients } from "@tenantry/core/provider";
import type { ClerkApi } from "./api.ts";
import { isAbsent, rejectionOf } from "./errors.ts";

const PAGE = 200;

/** What the vendor's SDK says about an OAuth application. */
interface Application {
  readonly id: string;
  readonly clientId: string;
  readonly name: string;
  readonly dynamicallyRegistered: boolean;
  readonly redirectUris: readonly string[];
  readonly createdAt: number;
}

/**
 * The instance's OAuth applications. Clerk says which of them registered themselves, and nothing
 * about when one was last used. A cursor is the number of clients before the page.
 *
 * @see {@link https://clerk.com/docs/reference/backend-api/tag/OAuth-Applications Clerk: OAuth applications}
 */
export function registeredClients({ call }: Pick<ClerkApi, "call">): RegisteredClients {
  /** The filter finds ids exactly, and names by a part of them. */
  const find = async (clientId: string): Promise<Application | undefined> => {
    const query = { nameQuery: clientId, limit: PAGE } as const;
    const { data } = await call((sdk) => sdk.oauthApplications.list(query));
    return data.find((one) => one.clientId === clientId);
  };
  return {
    async list(cursor) {
      const offset = Number(cursor ?? 0);
      if (!Number.isSafeInteger(offset) || offset < 0) return reject("cursor_malformed");
      try {
        // Oldest first: who registers while the list is walked comes at its end.
        const query = { limit: PAGE, offset, orderBy: "+created_at" } as const;
        const { data, totalCount } = await call((sdk) => sdk.oauthApplications.list(query));
        const end = offset + data.length;
        const isMore = data.length > 0 && end < totalCount;
        return ok({ items: data.map(clientOf), ...(isMore ? { next: String(end) } : {}) });
      } catch (error) {
        return rejectionOf(error);
      }
    },
    async get(clientId) {
      try {
        const found = await find(clientId);
        return ok(found === undefined ? null : clientOf(found));
      } catch (error) {
        return rejectionOf(error);
      }
    },
    async remove(clientId) {
      try {
        const found = await find(clientId);
        if (found !== undefined) await call((sdk) => sdk.oauthApplications.delete(found.id));
        return ok(null);
      } catch (error) {
        return isAbsent(error) ? ok(null) : rejectionOf(error);
      }
    },
  };
}

function clientOf(application: Application): RegisteredClient {
  const { clientId, name, dynamicallyRegistered, redirectUris, createdAt } = application;
  return {
    clientId,
    name,
    registration: dynamicallyRegistered ? "dynamic" : "manual",
    redirectUris,
    ...(createdAt > 0 ? { createdAtMs: createdAt } : {}),
  };
}
