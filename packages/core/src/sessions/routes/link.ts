import type { InstanceProvider } from "../../tokens/provider-instance.ts";
import { authAddress } from "./addresses.ts";
import { requireSession, returnToOf, type Call } from "./call.ts";
import type { AuthRoutesDeps } from "./deps.ts";
import { begin, providerOf } from "./login.ts";
import { redirect, refuse, type Reply } from "./reply.ts";

/** `GET link`: a button. The address alone begins nothing, or any page could send people there. */
export async function confirmLink(call: Call, deps: AuthRoutesDeps): Promise<Reply> {
  const returnTo = returnToOf(call, deps);
  const signed = await requireSession(call, deps, "peek");
  if (!signed.ok) {
    return signed.reply.error.status === 401
      ? redirect(authAddress(deps, "login", { returnTo }))
      : signed.reply;
  }
  const provider = namedProvider(call, deps);
  if (provider === undefined) return refuse("sign_in_failed", "provider_unknown");
  const { instance } = provider;
  return {
    kind: "page",
    view: {
      kind: "confirm",
      title: "Add a sign-in",
      message: `You will sign in with ${instance} once. From then on that sign-in opens the account you are using now.`,
      form: {
        action: authAddress(deps, "link"),
        hidden: { provider: instance, returnTo },
        submit: `Sign in with ${instance}`,
      },
      cancel: { label: "Not now", href: returnTo },
    },
  };
}

/**
 * `POST link`: begins a second sign-in at another provider, whose identity then opens the account of
 * whoever is signed in here. No tenant is asked for: one's account may be in several. Throws when a
 * store cannot answer.
 */
export async function startLink(call: Call, deps: AuthRoutesDeps): Promise<Reply> {
  const returnTo = returnToOf(call, deps);
  const signed = await requireSession(call, deps, "peek");
  if (!signed.ok) return signed.reply;
  const provider = namedProvider(call, deps);
  if (provider === undefined) return refuse("sign_in_failed", "provider_unknown");
  return begin(call, deps, {
    request: { provider: provider.instance },
    returnTo,
    purpose: "link",
    expectedUserId: signed.session.userId,
    reauthenticate: false,
  });
}

/** The provider that the call names: there is no default for what an account shall open with. */
function namedProvider({ params }: Call, deps: AuthRoutesDeps): InstanceProvider | undefined {
  return providerOf({ instance: params.get("provider") ?? "" }, deps);
}
