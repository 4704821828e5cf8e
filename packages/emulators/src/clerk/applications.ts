import { textOf, type Answer, type Call } from "../http/api.ts";
import type { ClerkContext } from "./context.ts";
import { json, notFound } from "./errors.ts";
import { listAnswer } from "./lists.ts";
import { deletedObject } from "./objects.ts";
import type { ClerkOAuthApplication } from "./options.ts";

/** `GET /oauth_applications`, newest first unless asked otherwise. When one was last used is not said. */
export function listApplications(context: ClerkContext, call: Call): Answer {
  const wanted = call.url.searchParams.get("name_query") ?? "";
  const sign = call.url.searchParams.get("order_by") === "+created_at" ? 1 : -1;
  const items = applications(context)
    .filter(
      ({ client_id: clientId, name }) =>
        clientId === wanted || name.toLowerCase().includes(wanted.toLowerCase()),
    )
    .toSorted((a, b) => sign * (a.created_at - b.created_at));
  return listAnswer(call, items);
}

/** `GET` and `DELETE /oauth_applications/:id`. Those of the options cannot be deleted. */
export function serveApplication(
  context: ClerkContext,
  { params }: Call,
  what: "get" | "delete",
): Answer {
  const id = textOf(params, "id") ?? "";
  const found = applications(context).find((one) => one.id === id);
  if (found === undefined) return notFound();
  if (what === "get") return json(found);
  if (!context.clients.remove(found.client_id)) return notFound();
  const { codes, refreshTokens, accessTokens } = context.state;
  for (const grants of [codes, refreshTokens, accessTokens]) {
    for (const [key, { clientId }] of grants) if (clientId === found.client_id) grants.delete(key);
  }
  return json(deletedObject("oauth_application", id));
}

/** Clients by documents are nowhere in the API's descriptions of applications. */
function applications(context: ClerkContext) {
  const { options, clients } = context;
  return [
    ...(options.oauthApplications ?? []).map((one) =>
      applicationObject(context, one, { isDynamic: false, createdAtMs: 0 }),
    ),
    ...clients
      .list()
      .filter(({ source }) => source === "registration")
      .map((one) =>
        applicationObject(context, one, { isDynamic: true, createdAtMs: one.createdAtMs }),
      ),
  ];
}

function applicationObject(
  { instanceId, issuer }: ClerkContext,
  application: ClerkOAuthApplication,
  how: { readonly isDynamic: boolean; readonly createdAtMs: number },
) {
  return {
    object: "oauth_application",
    id: `oa_${application.clientId}`,
    instance_id: instanceId,
    name: application.name ?? application.clientId,
    client_id: application.clientId,
    client_uri: null,
    client_image_url: null,
    dynamically_registered: how.isDynamic,
    consent_screen_enabled: how.isDynamic,
    pkce_required: true,
    public: application.clientSecret === undefined,
    scopes: (application.scopes ?? []).join(" "),
    redirect_uris: application.redirectUris,
    authorize_url: `${issuer}/oauth/authorize`,
    token_fetch_url: `${issuer}/oauth/token`,
    user_info_url: `${issuer}/oauth/userinfo`,
    discovery_url: `${issuer}/.well-known/openid-configuration`,
    token_introspection_url: `${issuer}/oauth/token_info`,
    created_at: how.createdAtMs,
    updated_at: how.createdAtMs,
  };
}
