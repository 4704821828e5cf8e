import {
  isUnavailable,
  type FlowState,
  type LoginResume,
  type LoginStart,
  type LoginStep,
  type ProviderTools,
  type SignedToken,
  type VendorTokens,
} from "@tenantry/core/provider";
import { isRejection } from "./claims.ts";
import type { IssuerClients } from "./client.ts";
import type { Registrations } from "./connections.ts";
import { failureOf } from "./errors.ts";
import { entraTenantOf } from "./entra/tenants.ts";
import type { GroupsOf } from "./entra/groups.ts";
import { redeem, verifyIdToken } from "./id-tokens.ts";
import { inOrganization, readMemberships } from "./memberships.ts";
import { authorizationUrl } from "./pushed-request.ts";
import { atEntraTenant, type Registration } from "./registration.ts";
import { withUserinfo } from "./userinfo.ts";

const CLOCK_TOLERANCE_SECONDS = 30;

/** What a flow remembers between leaving for the issuer and coming back. Core seals it. */
interface Remembered {
  readonly issuer: string;
  readonly clientId: string;
  readonly redirectUri: string;
  readonly nonce: string;
  readonly verifier: string;
  /** When a fresh sign-in was asked for, in seconds; 0 otherwise. */
  readonly freshSince: number;
  /** The organization that was asked for; empty if none was. */
  readonly wanted: string;
}

/** What both halves of a login work with. */
export interface LoginDeps {
  readonly registrations: Registrations;
  readonly clients: IssuerClients;
  readonly groupsOf: GroupsOf;
}

/**
 * Sends the browser to the issuer: code flow with PKCE, state and nonce, always all three.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9700#section-2.1.1 RFC 9700 §2.1.1}
 */
export async function startLogin(
  request: LoginStart,
  tools: ProviderTools,
  { registrations, clients }: LoginDeps,
): Promise<LoginStep> {
  try {
    const found = await registrations.byConnection(request.connectionId, tools);
    if (found === null) return { kind: "refused", reason: "connection_unknown" };
    const registration = placeToSignIn(found, request);
    // Once the browser has left, nobody could tell the person that the provider is down.
    const client = await clients.reachableClientOf(registration, tools);
    const { library } = client;
    const verifier = library.randomPKCECodeVerifier();
    const remembered: Remembered = {
      issuer: registration.issuer,
      clientId: registration.clientId,
      redirectUri: request.redirectUri,
      nonce: library.randomNonce(),
      verifier,
      freshSince: request.reauthenticate === true ? Math.floor(tools.nowMs() / 1000) : 0,
      wanted: request.tenant?.external ?? "",
    };
    const parameters = {
      ...parametersOf(request, registration),
      nonce: remembered.nonce,
      code_challenge: await library.calculatePKCECodeChallenge(verifier),
      code_challenge_method: "S256",
    };
    return {
      kind: "redirect",
      location: await authorizationUrl(client, parameters, registration),
      state: { ...remembered },
    };
  } catch (error) {
    return failureOf(error);
  }
}

/**
 * Takes the browser back from the issuer: exchanges the code and verifies the ID token with core's
 * engine. `openid-client` checks the response and is not the authority on the token.
 */
export async function resumeLogin(
  answer: LoginResume,
  tools: ProviderTools,
  deps: LoginDeps,
): Promise<LoginStep> {
  const { registrations, clients } = deps;
  const remembered = recall(answer.state);
  if (remembered === null) return { kind: "refused", reason: "flow_malformed" };
  const address = `${answer.url.origin}${answer.url.pathname}`;
  // SECURITY: one address per connection, the same at both ends (RFC 9700 §4.4.2.2): an answer that
  // was meant for another issuer arrives at another address.
  if (address !== remembered.redirectUri || answer.redirectUri !== remembered.redirectUri) {
    return { kind: "refused", reason: "redirect_uri_mismatch" };
  }
  try {
    const found = await registrations.byConnection(answer.connectionId, tools);
    const registration = found && placeOfReturn(found, remembered);
    const isSame =
      registration?.issuer === remembered.issuer && registration.clientId === remembered.clientId;
    if (registration === null || !isSame) return { kind: "refused", reason: "connection_changed" };
    const client = await clients.clientOf(registration, tools);
    const response = await redeem(client, registration, (sees) =>
      client.library.authorizationCodeGrant(client.configuration, new URL(answer.url), {
        expectedState: answer.flowId,
        pkceCodeVerifier: remembered.verifier,
        ...(sees.idToken ? { expectedNonce: remembered.nonce, idTokenExpected: true } : {}),
      }),
    );
    const { id_token: idToken, access_token: accessToken } = response;
    if (idToken === undefined) return { kind: "refused", reason: "id_token_missing" };
    const verified = await verifyIdToken(idToken, registration, { client, tools, deps });
    if (!verified.ok) return refusal(verified.reason);
    const { token } = verified.value;
    const wrong = mismatch(token, remembered);
    if (wrong !== null) return { kind: "refused", reason: wrong };
    const memberships = readMemberships(token.claims, registration);
    if (isRejection(memberships)) return refusal(memberships.reason);
    const wanted = remembered.wanted === "" ? undefined : remembered.wanted;
    const from = { registration, memberships, wanted };
    const identity = inOrganization(verified.value.identity, token.claims, from);
    return {
      kind: "done",
      identity: await withUserinfo(identity, { client, accessToken, registration }),
      tokens: vendorTokens(response, tools.nowMs()),
      ...(memberships === null ? {} : { memberships: { items: memberships, complete: true } }),
    };
  } catch (error) {
    return failureOf(error);
  }
}

/** The tokens worth keeping. The access token is not: nothing of ours calls the issuer with it. */
export function vendorTokens(
  response: {
    readonly refresh_token?: string;
    readonly id_token?: string;
    expires_in?: number | undefined;
  },
  nowMs: number,
): VendorTokens {
  const { refresh_token: refreshToken, id_token: idToken, expires_in: seconds } = response;
  return {
    ...(refreshToken === undefined ? {} : { refreshToken }),
    ...(idToken === undefined ? {} : { idToken }),
    ...(refreshToken === undefined || seconds === undefined
      ? {}
      : { refreshAtSeconds: Math.floor(nowMs / 1000) + seconds }),
  };
}

/** Where this person signs in: at the Entra ID tenant that is wanted, if several share an address. */
function placeToSignIn(registration: Registration, { tenant }: LoginStart): Registration {
  const isListed = registration.entra?.ids.includes(tenant?.external ?? "") === true;
  return isListed ? atEntraTenant(registration, tenant?.external ?? "") : registration;
}

/** The same for the way back. */
function placeOfReturn(registration: Registration, { issuer }: Remembered): Registration {
  const { entra } = registration;
  const id = entra && entraTenantOf(entra, issuer);
  return id === undefined ? registration : atEntraTenant(registration, id);
}

/** The configured scopes, and the one for the wanted organization in the place of a more general one. */
function scopesOf({ tenant }: LoginStart, { rules, organizationScope }: Registration): string {
  if (organizationScope === undefined || tenant === undefined) return rules.scopes.join(" ");
  const scopes = rules.scopes.filter((scope) => !organizationScope.startsWith(`${scope}:`));
  return [...scopes, organizationScope.replace("{organization}", tenant.external)].join(" ");
}

function parametersOf(request: LoginStart, registration: Registration): Record<string, string> {
  const { rules, organizationParameter } = registration;
  const isFresh = request.reauthenticate === true;
  const prompt = [isFresh ? "login" : "", rules.prompt ?? ""]
    .filter((word) => word !== "")
    .join(" ");
  return {
    redirect_uri: request.redirectUri,
    response_mode: "query",
    scope: scopesOf(request, registration),
    state: request.flowId,
    ...(prompt === "" ? {} : { prompt }),
    ...(isFresh ? { max_age: "0" } : {}),
    ...(request.loginHint === undefined ? {} : { login_hint: request.loginHint }),
    ...(organizationParameter === undefined || request.tenant === undefined
      ? {}
      : { [organizationParameter]: request.tenant.external }),
  };
}

/** What is wrong about a verified ID token as the answer to this very flow; null if nothing. */
function mismatch({ claims }: SignedToken, remembered: Remembered): string | null {
  const { nonce, auth_time: signedInAt } = claims;
  // SECURITY: binds the token to this browser's flow; without it a stolen code could be injected.
  if (nonce !== remembered.nonce) return "nonce_mismatch";
  if (remembered.freshSince === 0) return null;
  // Asked for a fresh sign-in (OpenID Connect Core 1.0 §3.1.2.1): it must be attested, not assumed.
  const isFresh =
    typeof signedInAt === "number" && signedInAt >= remembered.freshSince - CLOCK_TOLERANCE_SECONDS;
  return isFresh ? null : "reauthentication_not_attested";
}

function refusal(reason: string): LoginStep {
  return { kind: isUnavailable(reason) ? "unavailable" : "refused", reason };
}

function recall(state: FlowState): Remembered | null {
  const { issuer, clientId, redirectUri, nonce, verifier, freshSince, wanted } = state;
  const texts = [issuer, clientId, redirectUri, nonce, verifier];
  if (!texts.every((text) => typeof text === "string" && text !== "")) return null;
  if (typeof freshSince !== "number" || typeof wanted !== "string") return null;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return { issuer, clientId, redirectUri, nonce, verifier, freshSince, wanted } as Remembered;
}
