import { createHash } from "node:crypto";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { beforeAll, beforeEach, expect, test } from "vitest";
import { createTokenVerifier, type TokenVerifier } from "../../../core/src/tokens/verify.ts";
import type { OpenConnection, ProviderTools } from "@tenantry/core/provider";
import { oidc } from "../src/index.ts";
import { API, CALLBACK, FLOW } from "./support/adapter.ts";

const STORED = 10_000;
/** How many issuers' metadata the adapter holds at most. */
const HELD = 500;

let keys: Awaited<ReturnType<typeof generateKeyPair>>;
let jwk: object;
let nowMs: number;
/** What was read from the store, and what was fetched, since the last look. */
let reads: string[];
let fetched: string[];
let verifier: TokenVerifier;
let tools: ProviderTools;
let login: NonNullable<ReturnType<typeof oidc>["login"]>;

const issuerOf = (n: number) => `https://idp-${n}.customers.example`;

/** A store of ten thousand rows: each is there, and none is held by anybody. */
function row(n: number): OpenConnection | null {
  if (!(n >= 0 && n < STORED)) return null;
  return {
    id: `customer-${n}`,
    tenantId: `tnt_${n}`,
    issuer: issuerOf(n),
    clientId: `app-${createHash("sha256").update(String(n)).digest("hex")}`,
    emailDomains: [],
    settings: { audience: [API] },
    secrets: { clientSecret: "s" },
  };
}

beforeAll(async () => {
  keys = await generateKeyPair("ES256");
  jwk = { ...(await exportJWK(keys.publicKey)), kid: "one", alg: "ES256", use: "sig" };
});

beforeEach(() => {
  nowMs = Date.now();
  reads = [];
  fetched = [];
  const fetch = async (input: string | URL | Request) => {
    const url = new URL(input instanceof Request ? input.url : input);
    fetched.push(url.href);
    if (url.pathname === "/jwks") return Response.json({ keys: [jwk] });
    return Response.json({
      issuer: url.origin,
      jwks_uri: `${url.origin}/jwks`,
      authorization_endpoint: `${url.origin}/authorize`,
      token_endpoint: `${url.origin}/token`,
    });
  };
  const provider = oidc({}, { fetch });
  const numberIn = (text: string) => Number(/-(\d+)(?:\.|$)/.exec(text)?.[1] ?? "-1");
  verifier = createTokenVerifier({
    providers: [provider],
    nowMs: () => nowMs,
    fetch,
    log: () => undefined,
    connectionsFor: () => ({
      get: async (id) => {
        reads.push(id);
        return row(numberIn(id));
      },
      byIssuer: async (issuer) => {
        reads.push(issuer);
        const found = row(numberIn(issuer));
        return found?.issuer === issuer ? [found] : [];
      },
    }),
  });
  tools = verifier.toolsFor(provider);
  if (provider.login === undefined) throw new Error("there is no sign-in");
  login = provider.login;
});

/** Presents a new token of a customer; which tenant it stands for, or why it is refused. */
async function use(n: number): Promise<unknown> {
  const now = Math.floor(nowMs / 1000);
  const token = await new SignJWT({
    iss: issuerOf(n),
    sub: "ada",
    aud: API,
    client_id: "spa",
    jti: `${n}-${now}`,
    iat: now,
    exp: now + 300,
  })
    .setProtectedHeader({ alg: "ES256", kid: "one", typ: "at+jwt" })
    .sign(keys.privateKey);
  const result = await verifier.verify(token, { accept: ["access"] });
  return result.ok ? result.value.identity.tenant : result.reason;
}

async function useAll(from: number, to: number): Promise<void> {
  for (let n = from; n < to; n += 1) {
    // oxlint-disable-next-line no-await-in-loop -- the order decides who is forgotten
    await expect(use(n)).resolves.toEqual({ local: `tnt_${n}` });
  }
}

/** How many issuers' metadata was fetched since the last look. */
function discoveries(): number {
  const count = fetched.filter((url) => url.endsWith("/openid-configuration")).length;
  fetched = [];
  return count;
}

test("of ten thousand stored connections only those in use are read, discovered and held", async () => {
  expect([reads, fetched]).toEqual([[], []]);
  for (const n of [7, 4242, 9999]) {
    // oxlint-disable-next-line no-await-in-loop -- one customer after the other
    await expect(use(n)).resolves.toEqual({ local: `tnt_${n}` });
  }
  expect(reads).toEqual([7, 4242, 9999].map(issuerOf));
  expect(fetched).toEqual(
    [7, 4242, 9999].flatMap((n) => [
      `${issuerOf(n)}/.well-known/openid-configuration`,
      `${issuerOf(n)}/jwks`,
    ]),
  );
  reads = [];
  await use(4242);
  expect(reads).toEqual([]);
  await expect(use(STORED)).resolves.toBe("issuer_unknown");
  expect(fetched).toHaveLength(6);
});

test("a sign-in reads its own row and asks its own issuer", async () => {
  const start = {
    flowId: FLOW,
    redirectUri: `${CALLBACK}/customer-77`,
    connectionId: "customer-77",
  };
  await expect(login.start(start, tools)).resolves.toMatchObject({ kind: "redirect" });
  expect(reads).toEqual(["customer-77"]);
  expect(fetched).toEqual([`${issuerOf(77)}/.well-known/openid-configuration`]);
});

test("what is held is bounded, and who was forgotten comes back", async () => {
  const used = HELD + 60;
  await useAll(0, used);
  expect(discoveries()).toBe(used);

  nowMs += 61_000; // core asks again who an issuer is; metadata that is held is still fresh
  await useAll(used - HELD, used);
  expect(discoveries()).toBe(0);
  await useAll(0, used - HELD);
  expect(discoveries()).toBe(used - HELD);
});

test("who is in use is not forgotten before those who are not", async () => {
  await useAll(0, HELD);
  nowMs += 61_000;
  await use(0);
  await use(HELD);
  discoveries();
  nowMs += 61_000;
  await use(0);
  expect(discoveries()).toBe(0);
  await use(1);
  expect(discoveries()).toBe(1);
});
