import { ok, reject } from "../../src/internal/result.ts";
import type { DirectoryChange } from "../../src/provider/directory.ts";
import { fromWebRequest } from "../../src/request/request.ts";
import type { Telemetry } from "../../src/telemetry/telemetry.ts";
import type { Identity } from "../../src/tokens/profile.ts";
import {
  BASE_URL,
  clockAt,
  createApp,
  fakeProvider,
  identityOf,
  ISSUER as IDP,
  signIn,
} from "../sessions/kit.ts";
import {
  createEndpoint,
  ISSUER,
  profileOf,
  signer,
  START_MS,
  tokenOf,
  type Signer,
} from "../tokens/kit.ts";

/** What must never be in a span or a measurement, besides tokens and cookies. */
export const PERSONAL = ["ada@acme.example", "Ada", "subject-of-ada", "sid_of_ada", "usr_"];

/** The token's person, with everything that is personal about her. */
const ada = (from: Partial<Identity>): Identity => ({
  ...identityOf({ subject: "subject-of-ada", sessionId: "sid_of_ada" }),
  ...from,
});

/** An app that does everything that is observed, with a vendor whose answers a test decides. */
export async function createObserved(telemetry: Telemetry | undefined) {
  const clock = clockAt(START_MS);
  const key = signer("ES256");
  const endpoint = createEndpoint(key);
  const base = fakeProvider();
  const vendor = { signs: true, lists: true };
  const changes: readonly DirectoryChange[] = [
    {
      kind: "upsert",
      entity: "user",
      external: "subject-of-ada",
      version: 1,
      data: { name: "Ada", email: { value: "ada@acme.example", verified: true } },
    },
  ];
  const { provider } = fakeProvider({
    fetch: endpoint.fetch,
    issuer: IDP,
    capabilities: {
      ...base.provider.capabilities,
      webhooks: "yes",
      directoryList: "yes",
      directoryEvents: "yes",
    },
    ...(base.provider.login === undefined ? {} : { login: base.provider.login }),
    tokens: [
      profileOf({
        scopes: "none",
        read: ({ claims }) =>
          ada({
            issuer: ISSUER,
            issuedAtSeconds: Number(claims["iat"]),
            expiresAtSeconds: Number(claims["exp"]),
          }),
      }),
    ],
    webhooks: {
      verify: async () => (vendor.signs ? ok({ eventId: "evt_1", changes }) : reject("forged")),
    },
    directory: {
      list: async (entity) =>
        vendor.lists
          ? ok({ items: entity === "user" ? [...changes] : [] })
          : reject("provider_unavailable"),
      events: async () => ok({ items: [] }),
      get: async (_entity, external) =>
        ok({ kind: "delete", entity: "user", external, version: 2 }),
      membershipId: () => null,
    },
  });
  const app = await createApp({
    fake: { ...base, provider },
    clock,
    ...(telemetry === undefined ? {} : { telemetry }),
  });
  const browser = app.browser();
  const secrets: string[] = [];

  return {
    ...app,
    vendor,
    endpoint,
    /** Everything secret that was used so far. */
    secrets,
    token: (by: Signer = key) => {
      const token = tokenOf({ ...by, kid: key.kid });
      secrets.push(...token.split("."));
      return token;
    },
    async bearer(token: string) {
      const headers = { authorization: `Bearer ${token}` };
      return app.auth.authenticate(fromWebRequest(new Request(`${BASE_URL}/notes`, { headers })));
    },
    async nobody() {
      return app.auth.authenticate(fromWebRequest(new Request(`${BASE_URL}/notes`)));
    },
    async signIn() {
      secrets.push("a-refresh-token");
      await signIn(app, browser, {
        as: ada({}),
        tokens: { refreshToken: "a-refresh-token", refreshAtSeconds: clock.nowMs() / 1000 + 60 },
      });
      secrets.push(...browser.cookies.values());
    },
    async withCookie() {
      const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
      const request = new Request(`${BASE_URL}/notes`, { headers: { cookie } });
      return app.auth.authenticate(fromWebRequest(request));
    },
    async webhook() {
      const url = `${BASE_URL}/auth/webhooks/acme-idp`;
      return app.auth.routes.handle(new Request(url, { method: "POST", body: "{}" }));
    },
  };
}
