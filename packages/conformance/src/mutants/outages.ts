import type { Identity } from "@tenantry/core/provider";
import type { AdapterMutant } from "./mutant.ts";
import { withLogin, withOpaque, withProvider } from "./wrap.ts";

/** Adapters that take "could not find out" for an answer, and ones that remember too much. */
export const outageMutants: readonly AdapterMutant[] = [
  {
    id: "outage-is-nobody",
    defect: "It takes somebody who cannot be checked for somebody who is not there.",
    fails: ["outage.cold.error", "outage.cold.unreachable", "outage.opaque", "attacks.fail-open"],
    mayFail: ["outage.cold.hang", "outage.recovery"],
    spoil: (started) => ({
      started,
      defects: {
        outcome: (outcome) =>
          outcome.kind === "refused" && outcome.error.status === 503
            ? { kind: "anonymous", setCookies: outcome.setCookies }
            : outcome,
      },
    }),
  },
  {
    id: "outage-is-no",
    defect: "It takes a vendor that cannot be reached for one without keys.",
    fails: ["outage.cold.error", "outage.cold.unreachable"],
    mayFail: ["outage.cold.hang", "outage.recovery"],
    spoil(started) {
      const { provider } = started;
      const fetchKeys = provider.fetch ?? fetch;
      return withProvider(started, {
        fetch: async (...request) => {
          try {
            const response = await fetchKeys(...request);
            if (response.ok) return response;
          } catch {
            // Nothing is known, which is not what is said here.
          }
          return Response.json({ keys: [] });
        },
        ...(provider.profilesFor === undefined
          ? {}
          : {
              profilesFor: async (issuer, tools) => {
                try {
                  return (await provider.profilesFor?.(issuer, tools)) ?? null;
                } catch {
                  return null;
                }
              },
            }),
      });
    },
  },
  {
    id: "outage-refuses-answers",
    defect: "It refuses a sign-in that it could not check for the moment.",
    fails: ["outage.login.answer"],
    spoil: (started) =>
      withLogin(started, (login) => ({
        async resume(answer, tools) {
          const refused = { kind: "refused", reason: "provider_refused" } as const;
          try {
            const step = await login.resume(answer, tools);
            return step.kind === "unavailable" ? refused : step;
          } catch {
            return refused;
          }
        },
      })),
  },
  {
    id: "opaque-outage-is-no",
    defect: "It refuses an opaque credential that it could not check for the moment.",
    fails: ["outage.opaque"],
    spoil(started) {
      return withOpaque(started, async (verified) => {
        const answer = await verified();
        const isDown = !answer.ok && answer.reason.endsWith("_unavailable");
        return isDown ? { ok: false, reason: "inactive" } : answer;
      });
    },
  },
  {
    id: "opaque-never-forgets",
    defect: "It never asks again about a credential that was good once.",
    fails: ["machine.opaque.revoked"],
    spoil(started) {
      const good = new Map<string, Identity>();
      return withOpaque(started, async (verified, credential) => {
        const known = good.get(credential);
        if (known !== undefined) return { ok: true, value: known };
        const answer = await verified();
        if (answer.ok) good.set(credential, answer.value);
        return answer;
      });
    },
  },
  {
    id: "opaque-guesses",
    defect: "It takes a credential that the vendor does not know for the last one that it did.",
    fails: ["machine.opaque.unknown"],
    mayFail: ["machine.opaque.revoked", "machine.opaque.expired", "attacks.wrong-tokens"],
    spoil(started) {
      let last: Identity | null = null;
      return withOpaque(started, async (verified) => {
        const answer = await verified();
        if (answer.ok) last = answer.value;
        return last === null || (!answer.ok && answer.reason.endsWith("_unavailable"))
          ? answer
          : { ok: true, value: last };
      });
    },
  },
  {
    id: "opaque-ignores-expiry",
    defect: "It does not look at the expiry of an opaque credential.",
    fails: ["machine.opaque.expired"],
    spoil(started) {
      const { opaque } = started;
      if (opaque === undefined) return null;
      return {
        started: {
          ...started,
          opaque: opaque.map((one) => ({
            ...one,
            async issue(wish) {
              await one.issue(wish); // One that cannot expire is still a skip.
              const { expiresInSeconds: _expires, ...endless } = wish;
              return one.issue(endless);
            },
          })),
        },
      };
    },
  },
];
