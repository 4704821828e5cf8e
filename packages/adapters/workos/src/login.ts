import type { AuthenticationResponse } from "@workos-inc/node";
import type { LoginResume, LoginStart, LoginStep, ProviderTools } from "@tenantry/core/provider";
import type { WorkosApi } from "./api.ts";
import { authorizationUrl } from "./authorize.ts";
import type { Environment } from "./environment.ts";
import { answerOf, failureOf, stepOf, type Failure } from "./errors.ts";
import { finishLogin } from "./finish.ts";
import { nextStep } from "./next-step.ts";
import { recall, remember, type SignInState } from "./sign-in-state.ts";

/** What a sign-in works with. */
export interface LoginDeps {
  readonly environment: Environment;
  readonly api: WorkosApi;
}

/** Sends the browser to AuthKit: code flow with PKCE, for the organization that was asked for. */
export async function startLogin(
  request: LoginStart,
  tools: ProviderTools,
  { api }: LoginDeps,
): Promise<LoginStep> {
  const { flowId, redirectUri, loginHint } = request;
  const fresh = request.reauthenticate === true;
  const organization = request.tenant?.external ?? "";
  try {
    const { location, verifier } = await authorizationUrl(api, {
      flowId,
      redirectUri,
      organization,
      loginHint,
      fresh,
    });
    const state = remember({
      redirectUri,
      verifier,
      organization,
      freshSince: fresh ? Math.floor(tools.nowMs() / 1000) : 0,
      steps: 0,
      form: "",
      pending: "",
      challenge: "",
    });
    return { kind: "redirect", location, state };
  } catch (error) {
    return stepOf(failureOf(error));
  }
}

/** Takes the browser back from AuthKit, or an answer to one of core's own pages. */
export async function resumeLogin(
  answer: LoginResume,
  tools: ProviderTools,
  deps: LoginDeps,
): Promise<LoginStep> {
  const state = recall(answer.state);
  if (state === null) return { kind: "refused", reason: "flow_malformed" };
  const address = `${answer.url.origin}${answer.url.pathname}`;
  // SECURITY: one address, the same at both ends.
  if (address !== state.redirectUri || answer.redirectUri !== state.redirectUri) {
    return { kind: "refused", reason: "redirect_uri_mismatch" };
  }
  const exchanged = await attempt(() =>
    state.form === "" ? exchangeCode(answer, state, deps) : answerForm(answer.form, state, deps),
  );
  if (!isFailure(exchanged)) return finishLogin(exchanged, { deps, tools, state });

  try {
    const next = await nextStep(exchanged, { state, flowId: answer.flowId, api: deps.api });
    if (next.kind !== "select") return next;
    const chosen = { ...state, form: "organization" as const, pending: next.pending };
    const selected = await attempt(() => answerForm({ choice: next.organization }, chosen, deps));
    return isFailure(selected)
      ? stepOf(selected)
      : await finishLogin(selected, { deps, tools, state });
  } catch (error) {
    return stepOf(failureOf(error));
  }
}

type Exchange = AuthenticationResponse | Failure;

async function attempt(work: () => Promise<Exchange>): Promise<Exchange> {
  try {
    return await work();
  } catch (error) {
    return failureOf(error);
  }
}

function isFailure(exchange: Exchange): exchange is Failure {
  return "kind" in exchange;
}

async function exchangeCode(
  { url, flowId }: LoginResume,
  { verifier }: SignInState,
  { api }: LoginDeps,
): Promise<Exchange> {
  const [state, secondState] = url.searchParams.getAll("state");
  const [error] = url.searchParams.getAll("error");
  const [code, secondCode] = url.searchParams.getAll("code");
  if (state !== flowId || secondState !== undefined) return refused("state_mismatch");
  if (error !== undefined) return answerOf(error, { status: 400, data: {} });
  if (code === undefined || code === "" || secondCode !== undefined) {
    return refused("response_invalid");
  }
  const { userManagement } = await api.sdk();
  return userManagement.authenticateWithCode({ code, codeVerifier: verifier });
}

async function answerForm(
  form: Readonly<Record<string, string>> = {},
  { form: step, pending: pendingAuthenticationToken, challenge }: SignInState,
  { api }: LoginDeps,
): Promise<Exchange> {
  const { userManagement } = await api.sdk();
  if (step === "organization") {
    const { choice: organizationId } = form;
    if (organizationId === undefined || organizationId === "") return refused("choice_missing");
    return userManagement.authenticateWithOrganizationSelection({
      organizationId,
      pendingAuthenticationToken,
    });
  }
  const code = form["code"]?.replaceAll(/\s/g, "") ?? "";
  if (code === "") return refused("invalid_one_time_code");
  return step === "email"
    ? userManagement.authenticateWithEmailVerification({ code, pendingAuthenticationToken })
    : userManagement.authenticateWithTotp({
        code,
        authenticationChallengeId: challenge,
        pendingAuthenticationToken,
      });
}

function refused(reason: string): Failure {
  return { kind: "refused", reason, status: 400 };
}
