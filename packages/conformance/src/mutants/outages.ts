import type { Identity } from "@tenantry/core/provider";
import type { AdapterMutant } from "./mutant.ts";
import { withLogin, withProvider } from "./wrap.ts";

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
      const { opaque } = started.provider;
      if (opaque === undefined) return null;
      return withProvider(started, {
        opaque: {
          ...opaque,
          recognises: (credential) => opaque.recognises(credential),
          async verify(credential, request, tools) {
            const verified = await opaque.verify(credential, request, tools);
            const isDown = !verified.ok && verified.reason.endsWith("_unavailable");
            return isDown ? { ok: false, reason: "inactive" } : verified;
          },
        },
      });
    },
  },
  {
    id: "opaque-never-forgets",
    defect: "It never asks again about a credential that was good once.",
    fails: ["machine.opaque.revoked"],
    spoil(started) {
      const { opaque } = started.provider;
      if (opaque === undefined) return null;
      const good = new Map<string, Identity>();
      return withProvider(started, {
        opaque: {
          ...opaque,
          recognises: (credential) => opaque.recognises(credential),
          async verify(credential, request, tools) {
            const known = good.get(credential);
            if (known !== undefined) return { ok: true, value: known };
            const verified = await opaque.verify(credential, request, tools);
            if (verified.ok) good.set(credential, verified.value);
            return verified;
          },
        },
      });
    },
  },
  {
    id: "opaque-guesses",
    defect: "It takes a credential that the vendor does not know for the last one that it did.",
    fails: ["machine.opaque.unknown"],
    mayFail: ["machine.opaque.revoked", "machine.opaque.expired", "attacks.wrong-tokens"],
    spoil(started) {
      const { opaque } = started.provider;
      if (opaque === undefined) return null;
      let last: Identity | null = null;
      return withProvider(started, {
        opaque: {
          ...opaque,
          recognises: (credential) => opaque.recognises(credential),
          async verify(credential, request, tools) {
            const verified = await opaque.verify(credential, request, tools);
            if (verified.ok) last = verified.value;
            return last === null || (!verified.ok && verified.reason.endsWith("_unavailable"))
              ? verified
              : { ok: true, value: last };
          },
        },
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
          opaque: {
            ...opaque,
            async issue(wish) {
              await opaque.issue(wish); // One that cannot expire is still a skip.
              const { expiresInSeconds: _expires, ...endless } = wish;
              return opaque.issue(endless);
            },
          },
        },
      };
    },
  },
];
