import { OAuth2Server } from "oauth2-mock-server";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  adapterOf,
  API,
  bearer,
  CALLBACK,
  FLOW,
  optionsFor,
  refreshTokenOf,
  type Adapter,
} from "./support/adapter.ts";

/**
 * An issuer that others wrote, with habits of its own: it sends no `iss` with the callback, writes
 * no type into access tokens, and asks nobody to sign in.
 */
let server: OAuth2Server;
let adapter: Adapter;
let options: ReturnType<typeof optionsFor>;

beforeAll(async () => {
  server = new OAuth2Server();
  await server.issuer.keys.generate("RS256");
  await server.start(0, "localhost");
  options = optionsFor({ issuer: server.issuer.url ?? "" });
  adapter = adapterOf(options);
});

afterAll(() => server.stop());

async function signedIn({ login, tools }: Adapter = adapter) {
  const start = await login.start({ flowId: FLOW, redirectUri: CALLBACK }, tools);
  if (start.kind !== "redirect") throw new Error(`start ended as ${JSON.stringify(start)}`);
  const response = await fetch(start.location, { redirect: "manual" });
  const url = new URL(response.headers.get("location") ?? "");
  expect(url.searchParams.has("iss")).toBe(false);
  const done = await login.resume(
    { flowId: FLOW, redirectUri: CALLBACK, url, state: start.state },
    tools,
  );
  if (done.kind !== "done") throw new Error(`sign-in ended as ${JSON.stringify(done)}`);
  return done;
}

test("a person signs in, renews and signs out", async () => {
  const done = await signedIn();
  expect(done.identity).toMatchObject({ issuer: options.issuer, subject: "johndoe", tenant: null });
  const { login, tools } = adapter;
  const refreshed = await login.refresh({ refreshToken: refreshTokenOf(done) }, tools);
  expect(refreshed).toMatchObject({ kind: "refreshed", identity: { subject: "johndoe" } });
  const url = await login.endSessionUrl({ returnUrl: "http://localhost:9/" }, tools);
  expect(new URL(url ?? "").origin).toBe(server.issuer.url);
});

test("its access token is accepted leniently once it names this API, and its ID token never", async () => {
  const lenient = adapterOf({ ...options, accessTokenTyp: "lenient" });
  const mint = (claims: Readonly<Record<string, unknown>>) =>
    server.issuer.buildToken({
      scopesOrTransform: (_header, payload) => {
        Object.assign(payload, { sub: "johndoe", ...claims });
      },
    });
  await expect(bearer(lenient, await mint({ aud: API, scope: "a" }))).resolves.toBe("accepted");
  await expect(bearer(lenient, await mint({ scope: "a" }))).resolves.toBe("audience_mismatch");
  await expect(bearer(lenient, await mint({ aud: "app", scope: "a" }))).resolves.toBe(
    "profile_none",
  );
  await expect(bearer(adapter, await mint({ aud: API, scope: "a" }))).resolves.toBe("profile_none");
  const { tokens } = await signedIn();
  await expect(bearer(lenient, tokens?.idToken ?? "")).resolves.toBe("profile_none");
});

test("name and address come from userinfo when the ID token has none, and only those", async () => {
  server.service.once("beforeUserinfo", (answer: { body: unknown }) => {
    answer.body = {
      sub: "johndoe",
      name: "John Doe",
      email: "john@acme.example",
      email_verified: true,
      org_id: "org_acme",
      roles: ["admin"],
    };
  });
  const reading = adapterOf({
    ...options,
    orgClaim: ["org_id"],
    orgUnknown: "provision",
    rolesClaim: ["roles"],
  });
  const { identity } = await signedIn(reading);
  expect(identity).toMatchObject({
    name: "John Doe",
    email: { value: "john@acme.example", verified: true },
    tenant: null,
    roles: [],
  });
});

test("userinfo about somebody else is refused, and none at all is no reason to", async () => {
  server.service.once("beforeUserinfo", (answer: { body: unknown }) => {
    answer.body = { sub: "somebody-else", email: "victim@acme.example", email_verified: true };
  });
  await expect(signedIn()).rejects.toThrow("response_attribute_mismatch");
  server.service.once("beforeUserinfo", (answer: { statusCode: number }) => {
    answer.statusCode = 500;
  });
  const { identity } = await signedIn();
  expect(identity.email).toBeUndefined();
});

test("userinfo is not asked when the options say so", async () => {
  let asked = false;
  server.service.once("beforeUserinfo", () => {
    asked = true;
  });
  await signedIn(adapterOf({ ...options, userinfo: false }));
  expect(asked).toBe(false);
});
