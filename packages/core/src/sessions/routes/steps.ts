import type { LoginFlow, LoginStep } from "../../provider/login-flow.ts";
import type { InstanceProvider } from "../../tokens/provider-instance.ts";
import type { Flow } from "../flow.ts";
import type { PageForm, PageView } from "../pages/pages.ts";
import { authAddress, isWebAddress, tryAgain } from "./addresses.ts";
import type { Call } from "./call.ts";
import type { AuthRoutesDeps } from "./deps.ts";
import { finish } from "./finish.ts";
import { redirect, refuse, type Reply } from "./reply.ts";

/** A flow with the step that its provider has decided. */
export interface Stepped {
  readonly flow: Flow;
  readonly step: LoginStep;
  readonly provider: InstanceProvider;
}

/**
 * Runs one call of an adapter's sign-in. A throw means that something could not be found out; what
 * was thrown may hold anything, so only its name is logged.
 */
export async function guarded(
  deps: AuthRoutesDeps,
  provider: InstanceProvider,
  work: (login: LoginFlow) => Promise<LoginStep>,
): Promise<LoginStep> {
  if (provider.login === undefined) return { kind: "refused", reason: "login_missing" };
  try {
    return await work(provider.login);
  } catch (error) {
    const reason = error instanceof Error ? error.name : "unknown";
    deps.runtime.log({
      level: "error",
      event: "sign_in.adapter_failed",
      reason,
      provider: provider.instance,
    });
    return { kind: "unavailable", reason: "provider_unavailable" };
  }
}

/** Carries out the step that the provider has decided. */
export async function advance(
  call: Call,
  deps: AuthRoutesDeps,
  { flow, step, provider }: Stepped,
): Promise<Reply> {
  switch (step.kind) {
    case "redirect":
    case "stepUp": {
      if (!isWebAddress(step.location)) return refuse("misconfigured", "location_malformed");
      const kept = await keep(call, deps, { ...flow, awaits: "callback", state: step.state });
      return kept.ok ? redirect(step.location, kept.setCookies) : kept.reply;
    }
    case "prompt":
    case "chooseTenant": {
      const kept = await keep(call, deps, { ...flow, awaits: "form", state: step.state });
      if (!kept.ok) return kept.reply;
      return { kind: "page", view: formView(step, flow, deps), setCookies: kept.setCookies };
    }
    case "checkMail": {
      const kept = await keep(call, deps, { ...flow, awaits: "callback", state: step.state });
      if (!kept.ok) return kept.reply;
      const view = { kind: "checkMail", title: "Check your e-mail", email: step.email } as const;
      return { kind: "page", view, setCookies: kept.setCookies };
    }
    case "done":
      return finish(call, deps, { flow, done: step, provider });
    case "refused":
    case "unavailable":
      break;
  }
  const setCookies = [await deps.flows.clear(flow)];
  const action = tryAgain(flow, deps);
  deps.runtime.log({
    level: step.kind === "refused" ? "info" : "error",
    event: `sign_in.${step.kind}`,
    reason: step.reason,
    provider: provider.instance,
  });
  return step.kind === "refused"
    ? refuse("sign_in_failed", step.reason, { action, setCookies })
    : refuse("provider_unavailable", step.reason, { action, setCookies });
}

type Kept =
  | { readonly ok: true; readonly setCookies: readonly string[] }
  | { readonly ok: false; readonly reply: Reply };

async function keep(call: Call, deps: AuthRoutesDeps, flow: Flow): Promise<Kept> {
  const next = { ...flow, step: flow.step + 1 };
  const saved = await deps.flows.save(next, call.jar);
  if (saved.ok) return { ok: true, setCookies: saved.value };
  // A long way back is worth less than a sign-in.
  const shorter = await deps.flows.save({ ...next, returnTo: "/" }, call.jar);
  return shorter.ok
    ? { ok: true, setCookies: shorter.value }
    : { ok: false, reply: refuse("misconfigured", shorter.reason) };
}

function formView(
  step: LoginStep & { readonly kind: "prompt" | "chooseTenant" },
  flow: Flow,
  deps: AuthRoutesDeps,
): PageView {
  const form: PageForm = {
    action: authAddress(deps, "login"),
    hidden: { flow: flow.id },
    submit: "Continue",
  };
  if (step.kind === "chooseTenant") {
    return { kind: "chooseTenant", title: "Choose an organization", form, choices: step.choices };
  }
  const { title, text, fields } = step;
  return { kind: "prompt", title, ...(text === undefined ? {} : { text }), form, fields };
}
