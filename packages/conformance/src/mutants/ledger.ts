import { decode, type Json } from "../scene/specimen.ts";
import type { Started } from "../target/target.ts";
import type { SigningKey, TokenDraft, TokenWish } from "../target/tokens.ts";

/** A token that the target made. */
export interface Made {
  readonly token: string;
  readonly key: SigningKey;
  readonly header: Json;
  readonly claims: Json;
  /** Only of honest tokens. */
  readonly wish: TokenWish | null;
}

/** Remembers every token that a target makes, so that a defect can tell forged ones from honest ones. */
export interface Ledger {
  /** The vendor with its tokens written down. */
  readonly started: Started;
  find(token: string): Made | undefined;
  /** The honest token that this one was bent from: the one it has most in common with. */
  originOf(made: Pick<Made, "claims">): Made | undefined;
  /** The newest honest token. */
  newest(): Made | undefined;
  sign(draft: Omit<TokenDraft, "key">): Promise<string>;
}

/** Makes a ledger of a vendor. */
export function createLedger(started: Started): Ledger {
  const all = new Map<string, Made>();
  const honest: Made[] = [];
  const { tokens } = started;
  const ledger: Ledger = {
    started: {
      ...started,
      tokens: {
        ...tokens,
        async mint(wish) {
          const token = await tokens.mint(wish);
          const [header = "", claims = ""] = token.split(".");
          const made = {
            token,
            key: "current",
            header: decode(header),
            claims: decode(claims),
            wish,
          } as const;
          all.set(token, made);
          honest.push(made);
          return token;
        },
        async sign(draft) {
          const token = await tokens.sign(draft);
          const { key, header, claims } = draft;
          if (!all.has(token)) all.set(token, { token, key, header, claims, wish: null });
          return token;
        },
      },
    },
    find: (token) => all.get(token),
    originOf({ claims }) {
      const common = (one: Made) =>
        Object.entries(one.claims).filter(
          ([name, value]) => JSON.stringify(value) === JSON.stringify(claims[name]),
        ).length;
      let best: Made | undefined;
      for (const one of honest) {
        if (best === undefined || common(one) >= common(best)) best = one;
      }
      return best;
    },
    newest: () => honest.at(-1),
    sign: (draft) => tokens.sign({ ...draft, key: "current" }),
  };
  return ledger;
}

/** What a token says, if it can be read at all. */
export function readToken(token: string): Pick<Made, "header" | "claims"> | null {
  const [header = "", claims = ""] = token.split(".");
  try {
    const parts = { header: decode(header), claims: decode(claims) };
    return isObject(parts.header) && isObject(parts.claims) ? parts : null;
  } catch {
    return null;
  }
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
