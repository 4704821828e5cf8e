import type { LoginStep } from "@tenantry/core/provider";
import { afterDiscovery, conclude, type Concluding } from "./conclude.ts";
import { askEmailCode, toEmailCode, toMail, type Leaving, type LoginDeps } from "./leave.ts";
import { codeOrNull, withCode, withPhone } from "./second-factor.ts";
import { keep, type SignInState } from "./sign-in-state.ts";

type Form = Readonly<Record<string, string>>;

/** One of our pages comes back: the address, a code, the chosen organization, or a phone number. */
export async function fromPage(
  form: Form,
  leaving: Leaving,
  about: Concluding,
): Promise<LoginStep> {
  const { state } = leaving;
  const { deps } = about;
  switch (state.awaits) {
    case "email": {
      const email = form["email"]?.trim() ?? "";
      if (!/^[^\s@]{1,64}@[^\s@]{1,255}$/.test(email)) return askEmail(state);
      return toInbox(leaving, email, deps);
    }
    case "email_code":
      return withEmailCode(form, leaving, about);
    case "choice":
      return withChoice(form, leaving, about);
    case "phone":
      return withPhone(form, state, deps);
    case "code": {
      const outcome = await withCode(form, state, deps);
      return "kind" in outcome ? outcome : conclude(outcome, leaving, about);
    }
    case "discovery":
    case "discovery_oauth":
    case "multi_tenant_magic_links":
    case "oauth":
    case "sso":
      break;
  }
  return { kind: "refused", reason: "flow_malformed" };
}

/** Asks for the address, to send a mail to. */
export function askEmail(state: SignInState): LoginStep {
  return {
    kind: "prompt",
    title: "Sign in",
    fields: [{ name: "email", label: "E-mail address", type: "email", autocomplete: "email" }],
    state: keep({ ...state, awaits: "email" }),
  };
}

/** Sends the mail that this app signs in with: a code, or else a link. */
export function toInbox(leaving: Leaving, email: string, deps: LoginDeps): Promise<LoginStep> {
  return deps.values.signIn === "email_otp"
    ? toEmailCode(leaving, email, deps)
    : toMail(leaving, email, deps);
}

async function withChoice(form: Form, leaving: Leaving, about: Concluding): Promise<LoginStep> {
  const { state } = leaving;
  const { api, values } = about.deps;
  const organization = form["choice"] ?? "";
  if (organization === "") return { kind: "refused", reason: "organization_none" };
  const answer = await api.call((sdk) =>
    sdk.discovery.intermediateSessions.exchange({
      intermediate_session_token: state.intermediate,
      organization_id: organization,
      session_duration_minutes: values.sessionMinutes,
    }),
  );
  return conclude(answer, { ...leaving, state: { ...state, organization } }, about);
}

/** The code of a mail: nobody but whoever reads it there has it, so it is bound to this browser. */
async function withEmailCode(form: Form, leaving: Leaving, about: Concluding): Promise<LoginStep> {
  const { state } = leaving;
  const { api, values } = about.deps;
  const { organization, intermediate, email: email_address } = state;
  const code = (form["code"] ?? "").replaceAll(/\s/g, "");
  const again = () =>
    askEmailCode(state, { text: "That code is not right, or not good any more." });
  if (organization === "") {
    const found = await codeOrNull(() =>
      api.call((sdk) => sdk.otps.email.discovery.authenticate({ email_address, code })),
    );
    return found === null ? again() : afterDiscovery(found, leaving, about);
  }
  const answer = await codeOrNull(() =>
    api.call((sdk) =>
      sdk.otps.email.authenticate({
        organization_id: organization,
        email_address,
        code,
        session_duration_minutes: values.sessionMinutes,
        ...(intermediate === "" ? {} : { intermediate_session_token: intermediate }),
      }),
    ),
  );
  return answer === null ? again() : conclude(answer, leaving, about);
}
