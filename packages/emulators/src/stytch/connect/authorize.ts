import { isFields, textOf, textsOf, type Answer, type Call, type Fields } from "../../http/api.ts";
import type { ConnectClient } from "../../connect/client.ts";
import type { StytchContext } from "../context.ts";
import { good, invalid, memberNotFound, sessionNotFound, stytchError } from "../errors.ts";
import { newSecret, type Place } from "../ids.ts";
import { findSession } from "../live-sessions.ts";
import { findTenant, isActiveMember, memberObject, organizationObject } from "../objects.ts";
import { withParams } from "../redirects.ts";
import { isGrantable } from "../rbac.ts";
import { OWN_SCOPES } from "./metadata.ts";

const CODE_MS = 10 * 60_000;

/** An authorization request, as the application's page passes it on. */
interface Request {
  readonly client: ConnectClient;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  readonly place: Place;
}

/** `POST /v1/b2b/idp/oauth/authorize/start`: what a consent page shows. */
export async function startAuthorization(context: StytchContext, call: Call): Promise<Answer> {
  const request = await readRequest(context, call.body);
  if (isAnswer(request)) return request;
  const { client, place, scopes } = request;
  const tenant = context.world.tenants.get(place.tenantId);
  const memberId = context.ids.memberId(place);
  return good({
    client: {
      client_id: client.clientId,
      client_name: client.name,
      client_description: "",
      client_type: "third_party_public",
    },
    member_id: memberId,
    member: memberObject(context, place, memberId),
    organization: tenant && organizationObject(context, tenant),
    // Third parties need it each time.
    consent_required: true,
    scope_results: scopes.map((scope) => ({
      scope,
      description: "",
      is_grantable: isGranted(context, place, scope),
    })),
  });
}

/** `POST /v1/b2b/idp/oauth/authorize`: where to send the browser, with a code or an error. */
export async function submitAuthorization(context: StytchContext, call: Call): Promise<Answer> {
  const { body } = call;
  const request = await readRequest(context, body);
  if (isAnswer(request)) return request;
  const { redirectUri, scopes, place } = request;
  const state = textOf(body, "state");
  const back = (params: Readonly<Record<string, string>>) =>
    good({
      redirect_uri: withParams(redirectUri, {
        ...params,
        ...(state === undefined ? {} : { state }),
      }),
      ...("code" in params ? { authorization_code: params["code"] } : {}),
    });
  if (body["consent_granted"] !== true) return back({ error: "access_denied" });
  const challenge = textOf(body, "code_challenge");
  // All clients here are public ones, which need it.
  if (challenge === undefined) return back({ error: "invalid_request" });
  // Stricter than documented: a scope that the member cannot grant is not left out in silence.
  if (!scopes.every((scope) => isGranted(context, place, scope))) {
    return back({ error: "invalid_scope" });
  }
  return back({ code: issueCode(context, { ...request, challenge }) });
}

/** Makes a code. Whatever resources were asked for: the vendor's tokens are the project's. */
export function issueCode(
  context: StytchContext,
  request: Request & { readonly challenge: string },
): string {
  const { client, place, redirectUri, scopes, challenge } = request;
  const code = newSecret();
  context.state.connectedApps.codes.set(code, {
    userId: place.userId,
    tenantId: place.tenantId,
    memberId: context.ids.memberId(place),
    clientId: client.clientId,
    scope: scopes.join(" "),
    redirectUri,
    challenge,
    expiresAtMs: Date.now() + CODE_MS,
  });
  return code;
}

/** Whether a member can let somebody have a scope: the project's own ones, or what they may do. */
export function isGranted(context: StytchContext, place: Place, scope: string): boolean {
  return OWN_SCOPES.includes(scope) || isGrantable(context, place, scope);
}

async function readRequest(context: StytchContext, body: Fields): Promise<Request | Answer> {
  const client = await context.clients.find(textOf(body, "client_id") ?? "");
  if (client === undefined) {
    return stytchError(404, "idp_client_not_found", "The client could not be found.");
  }
  const redirectUri = textOf(body, "redirect_uri") ?? "";
  if (!client.redirectUris.includes(redirectUri)) return invalid("redirect_uri");
  if (textOf(body, "response_type") !== "code") return invalid("response_type");
  const scopes = textsOf(body, "scopes");
  if (scopes === undefined || scopes.length === 0) return invalid("scopes");
  const place = await placeOf(context, body);
  return isAnswer(place) ? place : { client, redirectUri, scopes, place };
}

/** Who lets it: by their session, or by organization and member. */
async function placeOf(context: StytchContext, body: Fields): Promise<Place | Answer> {
  const memberId = textOf(body, "member_id");
  if (memberId === undefined) return (await findSession(context, body)) ?? sessionNotFound();
  const tenant = findTenant(context, textOf(body, "organization_id") ?? "");
  const place = context.ids.placeOf(memberId);
  const isHere =
    place !== undefined &&
    place.tenantId === tenant?.id &&
    isActiveMember(context, place) &&
    context.ids.memberId(place) === memberId;
  return isHere ? place : memberNotFound();
}

function isAnswer(value: object): value is Answer {
  return isFields(value) && typeof value["status"] === "number";
}
