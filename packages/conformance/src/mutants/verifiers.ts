import { setAt, valueAt, type Json } from "../scene/specimen.ts";
import { createLedger, readToken, type Ledger, type Made } from "./ledger.ts";
import type { AdapterMutant } from "./mutant.ts";

type Draft = { readonly header?: Json; readonly claims?: Json };

const now = () => Math.floor(Date.now() / 1000);

/**
 * Verifiers that overlook something. Each one turns a token with that one flaw into what it would
 * have been without it, and leaves every other token alone.
 */
function blindVerifier(
  mutant: Pick<AdapterMutant, "id" | "defect" | "fails" | "mayFail">,
  overlook: (token: Seen, origin: Made, ledger: Ledger) => Draft | null,
): AdapterMutant {
  return {
    ...mutant,
    spoil(honest) {
      const ledger = createLedger(honest);
      return {
        started: ledger.started,
        defects: {
          async credential(token) {
            const read = readToken(token);
            const made = ledger.find(token);
            const origin = read === null ? undefined : ledger.originOf(read);
            if (read === null || origin === undefined) return token;
            const seen = { ...read, token, key: made?.key ?? null };
            const changes = overlook(seen, origin, ledger);
            if (changes === null) return token;
            return ledger.sign({
              header: without({ ...read.header, ...changes.header }),
              claims: without({ ...read.claims, ...changes.claims }),
            });
          },
        },
      };
    },
  };
}

interface Seen {
  readonly token: string;
  readonly header: Json;
  readonly claims: Json;
  /** The key it was made with; null if the target did not make it. */
  readonly key: Made["key"] | null;
}

function without(value: Json): Json {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined));
}

/** The header of an honest token: whatever was written into it is overlooked. */
function honestHeader(ledger: Ledger, seen: Seen): Json {
  const cleared = Object.fromEntries(Object.keys(seen.header).map((name) => [name, undefined]));
  return { ...cleared, ...ledger.newest()?.header };
}

/** The claims with what the honest token has in this place. */
function mended(seen: Seen, origin: Made, path: readonly string[]): Draft {
  return { claims: setAt(seen.claims, path, valueAt(origin.claims, path)) };
}

const isGenuine = ({ key }: Seen) => key === "current";

/** Broken verifiers of bearer tokens. */
export const verifierMutants: readonly AdapterMutant[] = [
  blindVerifier(
    {
      id: "verifier-ignores-signature",
      defect: "It decodes tokens and never looks at their signature.",
      fails: [
        "tokens.signature.rogue",
        "tokens.signature.none",
        "tokens.signature.hmac",
        "tokens.signature.altered",
        "tokens.keys.retired",
        "tokens.keys.flood",
        "attacks.algorithms",
        "attacks.embedded-keys",
        "attacks.key-ids",
        "attacks.cache-collisions",
        "outage.warm",
      ],
      mayFail: ["attacks.wrong-tokens", "tokens.kind.stranger"],
    },
    (seen, origin, ledger) =>
      isGenuine(seen) && seen.header["kid"] === ledger.newest()?.header["kid"]
        ? null
        : origin.claims["iss"] === seen.claims["iss"]
          ? { header: honestHeader(ledger, seen) }
          : null,
  ),
  blindVerifier(
    {
      id: "verifier-takes-none",
      defect: "It takes tokens whose algorithm is none.",
      fails: ["tokens.signature.none", "attacks.algorithms", "attacks.key-ids"],
    },
    (seen, _origin, ledger) =>
      seen.key === "none" ? { header: honestHeader(ledger, seen) } : null,
  ),
  blindVerifier(
    {
      id: "verifier-takes-hmac",
      defect: "It takes the text of the public key as a shared secret.",
      fails: ["tokens.signature.hmac", "attacks.algorithms"],
    },
    (seen, _origin, ledger) =>
      seen.key === "hmac-public" ? { header: honestHeader(ledger, seen) } : null,
  ),
  blindVerifier(
    {
      id: "verifier-uses-embedded-keys",
      defect: "It verifies with the key that the token itself brings or points to.",
      fails: ["attacks.embedded-keys"],
    },
    (seen, _origin, ledger) =>
      seen.key === "rogue" && ["jwk", "jku", "x5u", "x5c"].some((name) => name in seen.header)
        ? { header: honestHeader(ledger, seen) }
        : null,
  ),
  blindVerifier(
    {
      id: "verifier-takes-any-kid",
      defect: "It takes a token with an unknown key id for one that needs no key.",
      fails: ["tokens.signature.rogue", "attacks.key-ids", "tokens.keys.flood"],
    },
    (seen, origin, ledger) =>
      seen.key === "rogue" && "kid" in seen.header && seen.header["kid"] !== origin.header["kid"]
        ? { header: honestHeader(ledger, seen) }
        : null,
  ),
  blindVerifier(
    {
      id: "verifier-keeps-old-keys",
      defect: "It never forgets a key that the vendor has withdrawn.",
      fails: ["tokens.keys.retired"],
    },
    (seen, _origin, ledger) => {
      const newest = ledger.newest();
      const isOld =
        seen.key === "previous" ||
        (isGenuine(seen) && newest?.header["kid"] !== seen.header["kid"] && "kid" in seen.header);
      const isSameShape = newest !== undefined && typeof seen.header["kid"] === "string";
      return isOld && isSameShape ? { header: honestHeader(ledger, seen) } : null;
    },
  ),
  blindVerifier(
    {
      id: "verifier-ignores-crit",
      defect: "It ignores critical headers that it does not know.",
      fails: ["tokens.critical", "attacks.critical"],
    },
    (seen, _origin, ledger) =>
      isGenuine(seen) && "crit" in seen.header ? { header: honestHeader(ledger, seen) } : null,
  ),
  blindVerifier(
    {
      id: "verifier-ignores-confirmation",
      defect: "It takes tokens that are bound to their sender from anybody.",
      fails: ["tokens.confirmation"],
    },
    (seen) => (isGenuine(seen) && "cnf" in seen.claims ? { claims: { cnf: undefined } } : null),
  ),
  blindVerifier(
    {
      id: "verifier-ignores-issuer",
      defect: "It does not compare the issuer.",
      fails: ["tokens.issuer.other", "tokens.issuer.missing", "attacks.issuer-types"],
    },
    (seen, origin) =>
      isGenuine(seen) && seen.claims["iss"] !== origin.claims["iss"]
        ? { claims: { iss: origin.claims["iss"] } }
        : null,
  ),
  blindVerifier(
    {
      id: "verifier-matches-issuer-loosely",
      defect: "It looks for the issuer within the text instead of comparing it.",
      fails: ["tokens.issuer.other", "attacks.issuer-types"],
    },
    (seen, origin) => {
      const { iss } = seen.claims;
      const own = String(origin.claims["iss"]);
      const isLoose = (JSON.stringify(iss) ?? "").includes(own) && iss !== own;
      return isGenuine(seen) && isLoose ? { claims: { iss: own } } : null;
    },
  ),
  blindVerifier(
    {
      id: "verifier-ignores-expiry",
      defect: "It never looks at the expiry.",
      fails: ["tokens.expiry.past", "tokens.expiry.malformed", "attacks.expiry-types"],
    },
    (seen) => {
      const { exp } = seen.claims;
      const isGood = typeof exp === "number" && exp > now();
      return isGenuine(seen) && !isGood ? { claims: { iat: now(), exp: now() + 300 } } : null;
    },
  ),
  blindVerifier(
    {
      id: "verifier-coerces-expiry",
      defect: "It turns an expiry that is a text into a number.",
      fails: ["tokens.expiry.malformed", "attacks.expiry-types"],
    },
    (seen) => {
      const { exp } = seen.claims;
      const isText = typeof exp === "string" && Number(exp) > now();
      return isGenuine(seen) && isText ? { claims: { exp: now() + 300 } } : null;
    },
  ),
  blindVerifier(
    {
      id: "verifier-ignores-start",
      defect: "It does not look at when a token begins or was issued.",
      fails: ["tokens.times.future"],
    },
    (seen) => {
      const { nbf, iat } = seen.claims;
      const isEarly = (value: unknown) => typeof value === "number" && value > now() + 60;
      return isGenuine(seen) && (isEarly(nbf) || isEarly(iat) || typeof nbf === "string")
        ? { claims: { nbf: undefined, iat: now() } }
        : null;
    },
  ),
  blindVerifier(
    {
      id: "verifier-coerces-subject",
      defect: "It overlooks that a subject is no text.",
      fails: ["tokens.subject.malformed"],
    },
    (seen, origin) => {
      const { sub } = seen.claims;
      const isBad = typeof sub !== "string" || sub === "";
      return isGenuine(seen) && isBad ? { claims: { sub: origin.claims["sub"] } } : null;
    },
  ),
  blindVerifier(
    {
      id: "verifier-fills-in-scopes",
      defect: "It takes a token without scopes for one that has them all.",
      fails: ["permissions.scope.missing"],
    },
    (seen, origin, { started }) => {
      const path = started.tokens.kinds[origin.wish?.kind ?? "id"]?.scopes ?? null;
      if (!isGenuine(seen) || path === null) return null;
      const own = valueAt(seen.claims, path);
      return own === undefined || own === "" ? mended(seen, origin, path) : null;
    },
  ),
  blindVerifier(
    {
      id: "verifier-mends-roles",
      defect: "It reads roles of a wrong type as the ones that the person had before.",
      fails: ["permissions.role.malformed"],
      mayFail: ["permissions.role.unknown"],
    },
    (seen, origin, { started }) => {
      const path = started.tokens.kinds[origin.wish?.kind ?? "id"]?.roles ?? null;
      if (!isGenuine(seen) || path === null) return null;
      const own = valueAt(seen.claims, path);
      const isRoles =
        typeof own === "string" ||
        (Array.isArray(own) && own.every((one) => typeof one === "string"));
      return isRoles ? null : mended(seen, origin, path);
    },
  ),
  {
    id: "verifier-caches-by-signature",
    defect: "It remembers good tokens under their signature alone.",
    fails: ["tokens.signature.altered", "attacks.cache-collisions"],
    spoil(honest) {
      const cache = new Map<string, string>();
      return {
        started: honest,
        defects: {
          async credential(token) {
            const signature = token.split(".")[2] ?? "";
            const known = cache.get(signature);
            if (known === undefined && signature !== "") cache.set(signature, token);
            return Promise.resolve(known ?? token);
          },
        },
      };
    },
  },
  {
    id: "verifier-shares-its-place",
    defect: "It keeps the token under verification in one place for all requests.",
    fails: ["tokens.interleaved", "attacks.crossed-people"],
    spoil(honest) {
      let current = "";
      return {
        started: honest,
        defects: {
          async credential(token) {
            current = token;
            await Promise.resolve();
            return current;
          },
        },
      };
    },
  },
];
