import { ok, reject, type Result } from "@tenantry/core/provider";
import type { IssuerClients } from "../client.ts";
import { failureOf } from "../errors.ts";
import type { Registration } from "../registration.ts";

/** Access tokens of this app itself for Microsoft Graph, one for each tenant. */
export interface AppTokens {
  /** Rejects with `provider_unavailable` if the tenant gives none. */
  get(tenant: Registration, nowMs: () => number): Promise<Result<string>>;
  /** Next time another one is asked for. */
  forget(tenant: Registration): void;
}

const CAPACITY = 500;
const RENEWED_BEFORE_MS = 60_000;
const DEFAULT_LIFE_SECONDS = 300;

interface AppToken {
  readonly answer: Promise<Result<string>>;
  untilMs: number;
}

/**
 * Makes {@link AppTokens}. The app proves itself as it does at sign-in.
 *
 * @see {@link https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-client-creds-grant-flow Client credentials flow}
 */
export function createAppTokens(options: {
  readonly clients: IssuerClients;
  readonly graphUrl: string;
}): AppTokens {
  const tokens = new Map<string, AppToken>();

  const grant = async (
    tenant: Registration,
    nowMs: () => number,
    keep: (untilMs: number) => void,
  ): Promise<Result<string>> => {
    try {
      const { library, configuration } = await options.clients.clientOf(tenant, { nowMs });
      const response = await library.clientCredentialsGrant(configuration, {
        scope: `${options.graphUrl}/.default`,
      });
      const { access_token: token, expires_in: seconds = DEFAULT_LIFE_SECONDS } = response;
      keep(nowMs() + seconds * 1000 - RENEWED_BEFORE_MS);
      return ok(token);
    } catch (error) {
      // A refusal too: it is about this app's permissions, and says nothing about the person.
      const { retryAfterSeconds } = failureOf(error);
      return reject("provider_unavailable", retryAfterSeconds);
    }
  };

  return {
    get(tenant, nowMs) {
      const key = keyOf(tenant);
      const known = tokens.get(key);
      tokens.delete(key); // a map keeps the order of insertion: the oldest is first
      if (known !== undefined && nowMs() < known.untilMs) {
        tokens.set(key, known);
        return known.answer;
      }
      const answer = grant(tenant, nowMs, (untilMs) => {
        entry.untilMs = untilMs;
      });
      // While it is on its way everybody waits for the same one; a failure is not kept.
      const entry: AppToken = { answer, untilMs: Infinity };
      void answer.then(({ ok: isGood }) => isGood || tokens.delete(key));
      tokens.set(key, entry);
      const [oldest] = tokens.keys();
      if (tokens.size > CAPACITY && oldest !== undefined) tokens.delete(oldest);
      return answer;
    },
    forget(tenant) {
      tokens.delete(keyOf(tenant));
    },
  };
}

function keyOf({ issuer, clientId, connection }: Registration): string {
  return JSON.stringify([issuer, clientId, connection?.id]);
}
