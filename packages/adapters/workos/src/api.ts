import type { WorkOS } from "@workos-inc/node";
import { createGuardedFetch, reject, type Rejection, type Result } from "@tenantry/core/provider";
import { isFields, isText, objectsOf, type Fields } from "./claims.ts";
import { failureOf } from "./errors.ts";
import type { WorkosValues } from "./options.ts";

/** For each request to WorkOS. */
const TIMEOUT_MS = 8000;
const MAX_PAGE = 100;

/** How the adapter talks to WorkOS. */
export interface WorkosApi {
  /** The vendor's SDK, loaded when it is first needed: verifying tokens needs none of it. */
  sdk(): Promise<WorkOS>;
  /** Fetches key sets; the API itself is asked with it too. */
  readonly fetch: typeof globalThis.fetch;
  /** An object of the API as it is on the wire. Throws what {@link failureOf} understands. */
  get(path: string, query?: Query): Promise<Fields>;
  post(path: string, body: Fields): Promise<unknown>;
  /** One page of a list, oldest first. */
  page(path: string, query: Query): Promise<ApiPage>;
}

type Query = Readonly<Record<string, string | number>>;

/** A page of a list with the cursor of the next one. */
export interface ApiPage {
  readonly items: readonly Fields[];
  readonly after: string | undefined;
}

/** Makes {@link WorkosApi}. `carry` replaces the network, for tests. */
export function createApi(values: WorkosValues, carry?: typeof globalThis.fetch): WorkosApi {
  const { apiKey, clientId, apiUrl, authkitDomain } = values;
  const origins = [apiUrl, ...(authkitDomain === undefined ? [] : [authkitDomain])];
  const fetch = createGuardedFetch({
    // What the operator wrote may be inside the network.
    allowOrigins: [...new Set(origins)],
    timeoutMs: TIMEOUT_MS,
    ...(carry === undefined ? {} : { fetch: carry }),
  });
  const { protocol, hostname, port } = new URL(apiUrl);
  let loading: Promise<WorkOS> | undefined;

  const load = async (): Promise<WorkOS> => {
    const library = await import("@workos-inc/node");
    return new library.WorkOS(apiKey, {
      clientId,
      apiHostname: hostname,
      https: protocol === "https:",
      ...(port === "" ? {} : { port: Number(port) }),
      timeout: TIMEOUT_MS,
      // A refresh token is good for one use, and a second try would lose the session. What else is
      // worth trying again, core decides.
      maxRetries: 0,
      fetchFn: fetch,
    });
  };
  const sdk = () => (loading ??= load());
  const get: WorkosApi["get"] = async (path, query = {}) => {
    const { data } = await (await sdk()).get<unknown>(path, { query });
    if (!isFields(data)) throw new ResponseMalformed();
    return data;
  };

  return {
    sdk,
    fetch,
    get,
    async post(path, body) {
      const { data } = await (await sdk()).post<unknown, Fields>(path, body);
      return data;
    },
    async page(path, query) {
      const answer = await get(path, { limit: MAX_PAGE, order: "asc", ...query });
      const items = objectsOf(answer["data"]);
      const { list_metadata: metadata } = answer;
      if (items === undefined || !isFields(metadata)) throw new ResponseMalformed();
      const { after } = metadata;
      return { items, after: isText(after) ? after : undefined };
    },
  };
}

/** An answer that is not what the documentation says. It means "could not find out". */
class ResponseMalformed extends Error {
  constructor() {
    super("WorkOS answered in a shape that its documentation does not have.");
    this.name = "ResponseMalformed";
  }
}

/** An exception as a rejection, for parts that answer with results. */
export function rejectionOf(error: unknown): Rejection {
  const failure = failureOf(error);
  if (failure.kind === "unavailable") return reject(failure.reason, failure.retryAfterSeconds);
  return reject(failure.kind === "step" ? failure.step : failure.reason);
}

/** What some work throws, as a rejection. */
export async function orRejection<T>(work: () => Promise<Result<T>>): Promise<Result<T>> {
  try {
    return await work();
  } catch (error) {
    return rejectionOf(error);
  }
}
