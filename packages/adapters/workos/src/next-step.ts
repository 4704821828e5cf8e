import type { LoginStep } from "@tenantry/core/provider";
import type { WorkosApi } from "./api.ts";
import { authorizationUrl } from "./authorize.ts";
import { isText, isTextList, objectsOf, type Fields } from "./claims.ts";
import { stepOf, type Failure } from "./errors.ts";
import { MAX_STEPS, remember, type SignInState } from "./sign-in-state.ts";

/** The organization that was asked for is among those to choose from, so nobody has to be asked. */
interface Select {
  readonly kind: "select";
  readonly organization: string;
  readonly pending: string;
}

interface From {
  readonly state: SignInState;
  readonly flowId: string;
  readonly api: WorkosApi;
}

/**
 * What a sign-in goes on with when WorkOS has not let it through yet. AuthKit's own pages take most of
 * these steps before they send the browser back; the API may still ask.
 *
 * @see {@link https://workos.com/docs/reference/authkit/authentication-errors WorkOS: authentication errors}
 */
export async function nextStep(failure: Failure, from: From): Promise<LoginStep | Select> {
  const { state } = from;
  if (state.steps >= MAX_STEPS) return { kind: "refused", reason: "too_many_steps" };
  if (failure.kind === "refused" && isWrongCode(failure.reason) && state.pending !== "") {
    // The vendor counts the attempts; a challenge or a token that is used up is refused there.
    return codePrompt("That code was not right. Try again.", state);
  }
  if (failure.kind !== "step") return stepOf(failure);
  const { step, data } = failure;
  const pending = data["pending_authentication_token"];
  switch (step) {
    case "organization_selection_required":
      return isText(pending) ? chooseOrganization(data, pending, state) : stepOf(failure);
    case "email_verification_required":
      return isText(pending)
        ? codePrompt("Enter the code from the e-mail we sent you", {
            ...state,
            form: "email",
            pending,
          })
        : stepOf(failure);
    case "mfa_challenge":
      return isText(pending) ? challenge(data, pending, from) : stepOf(failure);
    case "sso_required":
      return atConnection(data["connection_ids"], "sso", from);
    case "organization_authentication_methods_required":
      return atConnection(data["sso_connection_ids"], "sso", from);
    default:
      // Enrolling a factor is done on AuthKit's pages.
      return atConnection(undefined, "mfa", from);
  }
}

function isWrongCode(reason: string): boolean {
  return reason === "invalid_one_time_code" || reason === "one_time_code_expired";
}

function chooseOrganization(data: Fields, pending: string, state: SignInState): LoginStep | Select {
  const choices = (objectsOf(data["organizations"]) ?? []).flatMap(({ id, name }) =>
    isText(id) ? [{ external: id, name: isText(name) ? name : id }] : [],
  );
  const { organization } = state;
  if (organization !== "") {
    // SECURITY: asked for one, so no other will do; core would refuse the answer anyway.
    return choices.some(({ external }) => external === organization)
      ? { kind: "select", organization, pending }
      : { kind: "refused", reason: "organization_membership_not_found" };
  }
  if (choices.length === 0) return { kind: "refused", reason: "organization_selection_required" };
  const next = { ...state, form: "organization" as const, pending, steps: state.steps + 1 };
  return { kind: "chooseTenant", choices, state: remember(next) };
}

/** Challenges the first factor that makes codes of its own, which all do that AuthKit enrols. */
async function challenge(data: Fields, pending: string, { state, api }: From): Promise<LoginStep> {
  const factor = (objectsOf(data["authentication_factors"]) ?? []).find(
    ({ type }) => type === "totp",
  );
  const id = factor?.["id"];
  if (!isText(id)) return { kind: "refused", reason: "mfa_factor_unknown" };
  const { multiFactorAuth } = await api.sdk();
  const made = await multiFactorAuth.challengeFactor({ authenticationFactorId: id });
  return codePrompt("Enter the code of your authenticator app", {
    ...state,
    form: "mfa",
    pending,
    challenge: made.id,
  });
}

function codePrompt(title: string, state: SignInState): LoginStep {
  return {
    kind: "prompt",
    title,
    fields: [{ name: "code", label: "Code", type: "otp", autocomplete: "one-time-code" }],
    state: remember({ ...state, steps: state.steps + 1 }),
  };
}

/** Sends the browser to the vendor once more: to a customer's own sign-in, or to AuthKit's pages. */
async function atConnection(
  connections: unknown,
  reason: "sso" | "mfa",
  { state, flowId, api }: From,
): Promise<LoginStep> {
  // Several connections fit the address: AuthKit, told the organization, knows which.
  const [only, second] = isTextList(connections) ? connections : [];
  const { redirectUri, organization, freshSince } = state;
  const { location, verifier } = await authorizationUrl(api, {
    flowId,
    redirectUri,
    organization,
    fresh: freshSince > 0,
    connection: second === undefined ? only : undefined,
  });
  const next = { ...state, verifier, form: "" as const, pending: "", challenge: "" };
  return { kind: "stepUp", reason, location, state: remember({ ...next, steps: state.steps + 1 }) };
}
