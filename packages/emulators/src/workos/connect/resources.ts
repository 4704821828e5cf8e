import { textOf, type Answer, type Call } from "../../http/api.ts";
import type { WorkosContext } from "../context.ts";
import { notFound, unprocessable } from "../errors.ts";
import { listAnswer } from "../lists.ts";
import { newId } from "../stamps.ts";
import type { ResourceIndicator } from "../state.ts";

/**
 * The audience of a token for a resource: the resource, if it is registered as an exact string. With
 * none registered the environment's client id, whatever was asked for. Null: refused.
 */
export function audienceOf(
  { options, state }: WorkosContext,
  resource: string | null,
): string | null {
  const registered = [...state.resources.values()];
  if (registered.length === 0) return options.clientId;
  // Without a default indicator the vendor falls back to the client id, which no resource server
  // would take for its own.
  const wanted = resource ?? registered.find(({ isDefault }) => isDefault)?.uri;
  if (wanted === undefined) return options.clientId;
  return registered.some(({ uri }) => uri === wanted) ? wanted : null;
}

/** `GET /user_management/authkit_oauth_resources`. */
export function listResources(context: WorkosContext, { url }: Call): Answer {
  const items = [...context.state.resources.values()].map((one) => resourceObject(one));
  return listAnswer(context, items, url.searchParams);
}

/** `POST /user_management/authkit_oauth_resources`. */
export function createResource(context: WorkosContext, { body }: Call): Answer {
  const uri = textOf(body, "uri");
  if (uri === undefined || !URL.canParse(uri)) return unprocessable("uri");
  const resource = addResource(context, { uri, isDefault: body["default"] === true });
  return { status: 201, body: resourceObject(resource) };
}

/** `DELETE /user_management/authkit_oauth_resources/:id`. */
export function deleteResource({ state }: WorkosContext, { params }: Call): Answer {
  return state.resources.delete(textOf(params, "id") ?? "")
    ? { status: 204 }
    : notFound("resource indicator");
}

/** Registers a resource indicator, as the dashboard does. */
export function addResource(
  { state, stamps }: Pick<WorkosContext, "state" | "stamps">,
  wish: Omit<ResourceIndicator, "id">,
): ResourceIndicator {
  const resource = { ...wish, id: newId("oauth_resource") };
  stamps.touch(resource.id);
  state.resources.set(resource.id, resource);
  return resource;
}

function resourceObject({ id, uri, isDefault }: ResourceIndicator) {
  return { object: "authkit_oauth_resource", id, uri, default: isDefault };
}
