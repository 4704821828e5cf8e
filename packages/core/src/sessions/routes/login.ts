import type { LoginStep } from "../../provider/login-flow.ts";
import type { InstanceProvider } from "../../tokens/provider-instance.ts";
import type { Flow } from "../flow.ts";
import { authAddress, callbackUrl } from "./addresses.ts";
import { requireSession, returnToOf, type Call } from "./call.ts";
import { chooseProvider, type ProviderChoice, type SignInRequest } from "./choose-provider.ts";
import type { AuthRoutesDeps } from "./deps.ts";
import { refuse, type Reply } from "./reply.ts";
import { advance, guarded } from "./steps.ts";

/** Asks the person again, whatever the provider remembers: `reauthenticate=1`. */
const REAUTHENTICATE = "reauthenticate";

/** `GET login`, and `POST login` from the page that asks for an e-mail address. */
export async function startLogin(call: Call, deps: AuthRoutesDeps): Promise<Reply> {
  const { params } = call;
  const request: SignInRequest = {
    tenant: given(params.get("tenant")),
    provider: given(params.get("provider")),
    connection: given(params.get("connection")),
    email: given(params.get("email")?.trim()),
  };
  const returnTo = returnToOf(call, deps);
  const reauthenticate = params.get(REAUTHENTICATE) === "1";
  const stepUp = reauthenticate ? await stepUpOf(call, deps, request) : null;
  return begin(call, deps, {
    request: stepUp?.request ?? request,
    returnTo,
    purpose: stepUp === null ? "login" : "step_up",
    expectedUserId: stepUp?.userId ?? null,
    reauthenticate,
  });
}

/**
 * Asking again is about the session that is there: the same person, tenant and way in. Without one,
 * or for another tenant, it is a plain sign-in.
 */
async function stepUpOf(
  call: Call,
  deps: AuthRoutesDeps,
  request: SignInRequest,
): Promise<{ readonly userId: string; readonly request: SignInRequest } | null> {
  const signed = await requireSession(call, deps, "peek");
  if (!signed.ok) return null;
  const { userId, tenantId, instance, connectionId } = signed.session;
  const tenant = tenantId === null ? null : await deps.directory.tenantById(tenantId);
  if (request.tenant !== undefined && request.tenant !== tenant?.slug) return null;
  return {
    userId,
    request: {
      tenant: tenant?.slug,
      email: request.email,
      ...(connectionId === null ? { provider: instance } : { connection: connectionId }),
    },
  };
}

/** What a sign-in is for. */
export interface Beginning {
  readonly request: SignInRequest;
  readonly returnTo: string;
  readonly purpose: Flow["purpose"];
  readonly expectedUserId: string | null;
  readonly reauthenticate: boolean;
}

/** Begins a sign-in: chooses the provider and takes its first step. */
export async function begin(
  call: Call,
  deps: AuthRoutesDeps,
  beginning: Beginning,
): Promise<Reply> {
  const choice = await chooseProvider(beginning.request, deps);
  switch (choice.kind) {
    case "refused":
      return refuse("sign_in_failed", choice.reason);
    case "ask_email":
      return askEmail(deps, beginning, choice.tried);
    case "chosen":
      break;
  }
  const flow = deps.flows.begin({
    purpose: beginning.purpose,
    instance: choice.provider.instance,
    connectionId: choice.connectionId,
    asked: choice.asked,
    returnTo: beginning.returnTo,
    expectedUserId: beginning.expectedUserId,
  });
  const step = await firstStep(choice, flow, { deps, beginning });
  // Through a customer's own connection nobody links: that sign-in would be another kind of proof.
  const mayAsk = beginning.purpose !== "link";
  if (mayAsk && step.kind === "refused" && step.reason === "connection_required") {
    return askEmail(deps, beginning, beginning.request.email !== undefined);
  }
  return advance(call, deps, { flow, step, provider: choice.provider });
}

async function firstStep(
  choice: ProviderChoice & { readonly kind: "chosen" },
  flow: Flow,
  { deps, beginning }: { readonly deps: AuthRoutesDeps; readonly beginning: Beginning },
): Promise<LoginStep> {
  const { provider, connectionId, asked } = choice;
  const { email } = beginning.request;
  return guarded(deps, provider, async (login) =>
    login.start(
      {
        flowId: flow.id,
        redirectUri: callbackUrl(deps, provider.instance, connectionId),
        ...(connectionId === null ? {} : { connectionId }),
        ...(asked?.external === undefined || asked.external === null
          ? {}
          : { tenant: { external: asked.external, slug: asked.slug } }),
        ...(email === undefined ? {} : { loginHint: email }),
        ...(beginning.reauthenticate ? { reauthenticate: true } : {}),
      },
      deps.toolsFor(provider),
    ),
  );
}

function askEmail(deps: AuthRoutesDeps, beginning: Beginning, tried: boolean): Reply {
  const { request, returnTo, reauthenticate } = beginning;
  const hidden: Record<string, string> = { returnTo };
  if (request.tenant !== undefined) hidden["tenant"] = request.tenant;
  if (request.provider !== undefined) hidden["provider"] = request.provider;
  if (reauthenticate) hidden[REAUTHENTICATE] = "1";
  return {
    kind: "page",
    view: {
      kind: "email",
      title: "Sign in",
      form: { action: authAddress(deps, "login"), hidden, submit: "Continue" },
      ...(request.email === undefined ? {} : { email: request.email }),
      ...(tried ? { notice: "No sign-in is set up for this address." } : {}),
    },
  };
}

/** `POST login` from one of the pages that a sign-in step needed. */
export async function continueLogin(
  call: Call,
  deps: AuthRoutesDeps,
  flowId: string,
): Promise<Reply> {
  const flow = await deps.flows.load(call.jar, flowId);
  if (flow === null || flow.awaits !== "form") return refuse("sign_in_failed", "flow_unknown");
  const provider = providerOf(flow, deps);
  if (provider === undefined) return refuse("sign_in_failed", "provider_unknown");
  if (!(await deps.flows.claim(flow))) return refuse("sign_in_failed", "flow_replayed");

  const form = Object.fromEntries([...call.params].filter(([name]) => name !== "flow"));
  const redirectUri = callbackUrl(deps, flow.instance, flow.connectionId);
  const step = await guarded(deps, provider, async (login) =>
    login.resume(
      {
        flowId: flow.id,
        redirectUri,
        ...(flow.connectionId === null ? {} : { connectionId: flow.connectionId }),
        url: new URL(redirectUri),
        form,
        state: flow.state,
      },
      deps.toolsFor(provider),
    ),
  );
  return advance(call, deps, { flow, step, provider });
}

/** The provider a flow belongs to, if it is still configured and signs people in. */
export function providerOf(
  { instance }: Pick<Flow, "instance">,
  deps: AuthRoutesDeps,
): InstanceProvider | undefined {
  return deps.providers.find((one) => one.instance === instance && one.login !== undefined);
}

function given(value: string | undefined): string | undefined {
  return value === "" ? undefined : value;
}
