import {
  reject,
  type ProviderTools,
  type Result,
  type VerifiedToken,
} from "@tenantry/core/provider";
import { isObject, isText } from "./claims.ts";
import type { IssuerClient } from "./client.ts";
import { entraTenantOf } from "./entra/tenants.ts";
import type { LoginDeps } from "./login.ts";
import { atEntraTenant, type Registration } from "./registration.ts";
import { idTokenProfile } from "./tokens.ts";

interface TokenAnswer {
  readonly id_token?: string;
}

/**
 * Runs a grant. Where Entra ID tenants share an address `openid-client` gets the answer without its
 * ID token, because it cannot compare an issuer that is known only from the token.
 */
export async function redeem<T extends TokenAnswer>(
  client: IssuerClient,
  { entra }: Registration,
  grant: (sees: { readonly idToken: boolean }) => Promise<T>,
): Promise<T> {
  if (entra?.isShared !== true) return grant({ idToken: true });
  const { library, configuration } = client;
  const send = configuration[library.customFetch];
  if (send === undefined) return grant({ idToken: true });
  let idToken: string | undefined;
  configuration[library.customFetch] = async (url, init) => {
    const response = await send(url, init);
    const { status, headers } = response;
    const body: unknown = status === 200 ? await response.clone().json() : null;
    if (!isObject(body)) return response;
    const { id_token: found, ...rest } = body;
    if (isText(found)) idToken = found;
    return Response.json(rest, {
      status,
      headers: { "content-type": headers.get("content-type") ?? "" },
    });
  };
  const answer = await grant({ idToken: false });
  return idToken === undefined ? answer : { ...answer, id_token: idToken };
}

/**
 * Verifies an ID token with core's engine, which is the only authority on it. What its issuer claims
 * to be picks one of the listed Entra ID tenants; then it must be signed with that one's keys.
 */
export async function verifyIdToken(
  idToken: string,
  registration: Registration,
  {
    client,
    tools,
    deps,
  }: {
    readonly client: IssuerClient;
    readonly tools: ProviderTools;
    readonly deps: LoginDeps;
  },
): Promise<Result<VerifiedToken>> {
  const { entra } = registration;
  const { clients, groupsOf } = deps;
  if (entra?.isShared !== true) {
    const { metadata } = client;
    return tools.verify(idToken, idTokenProfile(registration, metadata, groupsOf(registration)));
  }
  const id = entraTenantOf(entra, claimedIssuer(idToken));
  // SECURITY: the shared address signs in people of every tenant in the world.
  if (id === undefined) return reject("issuer_unknown");
  const tenant = atEntraTenant(registration, id);
  const metadata = await clients.metadataOf(tenant, tools);
  return tools.verify(idToken, idTokenProfile(tenant, metadata, groupsOf(tenant)));
}

/** What a token says before anything is known about it; empty if it cannot be read. */
function claimedIssuer(token: string): string {
  try {
    const [, payload = ""] = token.split(".");
    const bytes = Uint8Array.from(atob(payload.replaceAll("-", "+").replaceAll("_", "/")), (c) =>
      c.charCodeAt(0),
    );
    const claims: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return isObject(claims) && isText(claims["iss"]) ? claims["iss"] : "";
  } catch {
    return "";
  }
}
