import type { AuthOptions } from "../../src/options.ts";
import { ok, type Result } from "../../src/internal/result.ts";
import { NO_CAPABILITIES } from "../../src/provider/capabilities.ts";
import type { ConsentAnswer, ConsentPage, ConsentRequest } from "../../src/provider/mcp.ts";
import { createApp, fakeProvider, identityOf, signIn, type Browser } from "./kit.ts";

export const CLIENT = "https://agent.example/id.json";
export const REDIRECT_URI = "https://agent.example/callback";
export const QUERY = "client_id=agent&state=s1";
export const ADDRESS = `/auth/authorize/acme-idp?${QUERY}`;

/** What a client asks for, as the vendor tells it. */
export function requestOf(
  changes: Partial<Extract<ConsentRequest, { kind: "grant" }>["client"]> = {},
): Extract<ConsentRequest, { kind: "grant" }> {
  return {
    kind: "grant",
    client: { clientId: CLIENT, name: "Agent", redirectUri: REDIRECT_URI, ...changes },
    scopes: ["openid", "note:read"],
  };
}

/** A provider whose page of consent is the app's, and what it was told. */
export function providerWithPage(vendor = "acme-idp") {
  const starts: Parameters<ConsentPage["start"]>[0][] = [];
  const decisions: ConsentAnswer[] = [];
  const says = {
    start: async (): Promise<Result<ConsentRequest>> => ok(requestOf()),
    decide: async (answer: ConsentAnswer): Promise<Result<{ location: string | null }>> =>
      ok({ location: `${REDIRECT_URI}?${answer.granted ? "code=c1" : "error=access_denied"}` }),
  };
  const fake = fakeProvider({
    vendor,
    capabilities: {
      ...NO_CAPABILITIES,
      login: "yes",
      refresh: "yes",
      endSession: "yes",
      switchByRefresh: "yes",
      mcp: "yes",
    },
    mcp: {
      authorizationServers: ["https://idp.example"],
      resourceBinding: false,
      clientIdMetadataDocuments: true,
      dynamicClientRegistration: true,
      tenantScopes: [],
      permissionScopes: true,
      consent: {
        async start(asked) {
          starts.push(asked);
          return says.start();
        },
        async decide(answer) {
          decisions.push(answer);
          return says.decide(answer);
        },
      },
    },
  });
  return { fake, starts, decisions, says };
}

type Changes = Partial<AuthOptions<"note:read" | "note:write", "member" | "admin" | "support">>;

/** An app with such a provider, and Ada signed in to Acme. */
export async function adaAtThePage(
  options: Omit<Changes, "stores" | "tenants"> & { readonly as?: object } = {},
) {
  const { as = {}, ...changes } = options;
  const { fake, ...page } = providerWithPage();
  const app = await createApp({ fake, ...changes });
  const ada = app.browser();
  await signIn(app, ada, { as: identityOf(as) });
  return { ...app, ...page, app, ada };
}

/** Opens the page and gives the sealed request in it. */
export async function requestIn(browser: Browser, address = ADDRESS): Promise<string> {
  const body = await (await browser.get(address)).text();
  const sealed = /name="request" value="([^"]+)"/.exec(body)?.[1];
  if (sealed === undefined) throw new Error(`no form in ${body}`);
  return sealed;
}

/** Says yes, or something else, to what was shown before. */
export function say(
  browser: Browser,
  request: string,
  decision: string = "allow",
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return browser.post("/auth/authorize/acme-idp", { request, decision }, headers);
}
