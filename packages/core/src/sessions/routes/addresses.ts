import type { Flow } from "../flow.ts";
import type { PageLink } from "../pages/pages.ts";
import type { AuthRoutesDeps } from "./deps.ts";

export { isWebAddress } from "../../request/web-address.ts";

type Mount = Pick<AuthRoutesDeps, "baseUrl" | "authPath">;

/**
 * The redirect URI of one instance and connection. Each has its own, so that an answer that another
 * issuer was tricked into sending arrives at the wrong place (mix-up, RFC 9207 §1).
 */
export function callbackUrl(
  { baseUrl, authPath }: Mount,
  instance: string,
  connectionId: string | null,
): string {
  const connection = connectionId === null ? "" : `/${encodeURIComponent(connectionId)}`;
  return `${baseUrl}${authPath}/callback/${instance}${connection}`;
}

/** A path of the auth routes with a query; parameters without a value are left out. */
export function authAddress(
  { authPath }: Pick<Mount, "authPath">,
  route: string,
  params: Readonly<Record<string, string | null | undefined>> = {},
): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    if (value !== null && value !== undefined) query.set(name, value);
  }
  const search = query.toString();
  return `${authPath}/${route}${search === "" ? "" : `?${search}`}`;
}

/** The link that starts the same sign-in anew. */
export function tryAgain(flow: Flow, deps: Pick<Mount, "authPath">): PageLink {
  if (flow.purpose === "link") {
    const { instance: provider, returnTo } = flow;
    return { label: "Try again", href: authAddress(deps, "link", { provider, returnTo }) };
  }
  return {
    label: "Try again",
    href: authAddress(deps, "login", {
      tenant: flow.asked?.slug,
      provider: flow.connectionId === null ? flow.instance : null,
      connection: flow.connectionId,
      returnTo: flow.returnTo,
      reauthenticate: flow.purpose === "step_up" ? "1" : null,
    }),
  };
}
