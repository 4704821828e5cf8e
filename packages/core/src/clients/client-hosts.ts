import type { Result } from "../internal/result.ts";
import { createLru } from "../internal/lru.ts";
import { createSingleFlight } from "../internal/single-flight.ts";
import type { RegisteredClient } from "../provider/mcp.ts";

/** Asks the vendor about one client. Null: the vendor has no way to ask, or does not know the client. */
export type ClientLookup = (client: {
  readonly instance: string;
  readonly clientId: string;
}) => Promise<RegisteredClient | null>;

/**
 * The hosts that stand for a client: of its metadata document, if its id is the address of one, else
 * of the redirect addresses that the vendor has registered. Custom schemes have no host. Throws when
 * the vendor had to be asked and did not answer.
 *
 * @see {@link https://datatracker.ietf.org/doc/draft-ietf-oauth-client-id-metadata-document/ OAuth Client ID Metadata Document}
 */
export async function clientHosts(
  client: { readonly instance: string; readonly clientId: string },
  lookup: ClientLookup,
): Promise<readonly string[]> {
  const document = documentHost(client.clientId);
  if (document !== null) return [document];
  const registered = await lookup(client);
  if (registered === null) return [];
  // A redirect address without a host stays in the list as one that no rule can allow.
  return registered.redirectUris.map((uri) => (URL.canParse(uri) ? new URL(uri).hostname : ""));
}

/** The host of a client id that is the https address of a metadata document, else null. */
export function documentHost(clientId: string): string | null {
  if (!clientId.startsWith("https://") || !URL.canParse(clientId)) return null;
  const { hostname, username, password } = new URL(clientId);
  return username === "" && password === "" ? hostname : null;
}

const REMEMBERED = 1000;
const FRESH_MS = 10 * 60_000;

/** A look-up that asks once for all who want to know, and again after ten minutes. */
export function rememberedLookup(
  ask: (client: {
    readonly instance: string;
    readonly clientId: string;
  }) => Promise<Result<RegisteredClient | null>>,
  nowMs: () => number,
): ClientLookup {
  const answers = createLru<{ readonly client: RegisteredClient | null; readonly untilMs: number }>(
    REMEMBERED,
  );
  const flights = createSingleFlight<RegisteredClient | null>();
  return async (client) => {
    const key = JSON.stringify([client.instance, client.clientId]);
    const known = answers.get(key);
    if (known !== undefined && known.untilMs > nowMs()) return known.client;
    return flights.run(key, async () => {
      const answer = await ask(client);
      if (!answer.ok) throw new Error("The vendor's list of clients cannot be read.");
      answers.set(key, { client: answer.value, untilMs: nowMs() + FRESH_MS });
      return answer.value;
    });
  };
}
