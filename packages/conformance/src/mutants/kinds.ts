import type { TokenKind } from "@tenantry/core/provider";
import type { Started } from "../target/target.ts";
import { createLedger } from "./ledger.ts";
import type { AdapterMutant } from "./mutant.ts";

/** The kind of a person's token that opens a mount here. */
function personDoor({ tokens }: Started): TokenKind | undefined {
  return (["session", "access", "mcp"] as const).find((kind) => tokens.kinds[kind] !== undefined);
}

/** Adapters that mistake one kind of token for another. */
export const kindMutants: readonly AdapterMutant[] = [
  {
    id: "kinds-open-every-door",
    defect: "A mount takes whatever is genuine, of whatever kind.",
    fails: ["tokens.kind.other", "machine.opaque.kind"],
    spoil: (started) => ({
      started,
      defects: { accept: ["session", "access", "m2m", "mcp", "api_key"] },
    }),
  },
  {
    id: "kinds-id-is-access",
    defect: "It takes ID tokens and logout tokens for tokens of an API.",
    fails: ["tokens.kind.login", "attacks.wrong-tokens"],
    spoil(honest) {
      const kind = personDoor(honest);
      const has = honest.tokens.kinds.id ?? honest.tokens.kinds.logout;
      if (kind === undefined || has === undefined) return null;
      const ledger = createLedger(honest);
      return {
        started: ledger.started,
        defects: {
          async credential(token) {
            const wish = ledger.find(token)?.wish;
            return wish?.kind === "id" || wish?.kind === "logout"
              ? honest.tokens.mint({ ...wish, kind })
              : token;
          },
        },
      };
    },
  },
  {
    id: "kinds-stranger-is-access",
    defect: "It takes every token that the vendor's keys have signed.",
    fails: ["tokens.kind.stranger", "attacks.wrong-tokens"],
    spoil(honest) {
      const kind = personDoor(honest);
      if (kind === undefined || honest.tokens.strangers === undefined) return null;
      const known = new Map<string, { readonly person: string; readonly tenant: string }>();
      return {
        started: {
          ...honest,
          tokens: {
            ...honest.tokens,
            async strangers(who) {
              const found = (await honest.tokens.strangers?.(who)) ?? [];
              for (const { token } of found) known.set(token, who);
              return found;
            },
          },
        },
        defects: {
          async credential(token) {
            const who = known.get(token);
            return who === undefined ? token : honest.tokens.mint({ kind, ...who });
          },
        },
      };
    },
  },
];
