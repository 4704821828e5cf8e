import { reject, type Result } from "../internal/result.ts";
import type { Runtime } from "../internal/runtime.ts";
import type { RefreshAnswer, RefreshRequest } from "../provider/login-flow.ts";
import { observe } from "../telemetry/observe.ts";
import type { Identity } from "../tokens/profile.ts";
import type { SessionRecord } from "./record.ts";
import type { Attestation, SessionRenewal } from "./renewal.ts";

/** The two questions of a renewal. Whatever is thrown means that something could not be found out. */
export interface Exchange {
  /** Asks the vendor for new tokens in the name of a tenant. */
  ask(
    session: SessionRecord,
    refreshToken: string,
    tenant: RefreshRequest["tenant"],
  ): Promise<RefreshAnswer>;
  /** Asks the directory about whom the vendor named. */
  attest(session: SessionRecord, identity: Identity): Promise<Result<Attestation>>;
}

/** Makes an {@link Exchange} that never throws and is on record. */
export function createExchange(
  renewal: SessionRenewal,
  { telemetry }: Pick<Runtime, "telemetry">,
): Exchange {
  async function refresh(...question: Parameters<Exchange["ask"]>): Promise<RefreshAnswer> {
    try {
      return await renewal.refresh(...question);
    } catch {
      return { kind: "unavailable", reason: "provider_unavailable" };
    }
  }

  return {
    ask(session, refreshToken, tenant) {
      const { vendor, instance } = session;
      return observe(telemetry, "session_refresh", {
        work: () => refresh(session, refreshToken, tenant),
        facts: ({ kind }) => ({ outcome: kind, provider: { vendor, instance } }),
      });
    },

    async attest(session, identity) {
      try {
        return await renewal.attest(session, identity);
      } catch {
        return reject("store_unavailable");
      }
    },
  };
}
