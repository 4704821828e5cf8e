import type { AuthErrorCode, ClientVerdict } from "@tenantry/core";
import type { AuthError, AuthRequest } from "@tenantry/core/http";
import type { Caller, Endpoint } from "./call.ts";
import type { Settings } from "./options.ts";
import { refusal } from "./responses.ts";

/** A caller, or the answer to somebody who may not come in. */
export type Admission =
  | { readonly ok: true; readonly caller: Caller }
  | { readonly ok: false; readonly response: Response; readonly refused: Refused | null };

/** Somebody whom core knows and who is refused all the same. */
export interface Refused {
  readonly caller: Caller;
  readonly reason: string;
}

/**
 * Who asks, and whether they may at all: core verifies and asks the directory, then the token must
 * be bound to this endpoint, the path must name the token's tenant, and the tenant must accept the
 * client. Asked again while streams are open, so everything that can change is in here.
 */
export async function admit(
  request: AuthRequest,
  endpoint: Endpoint,
  settings: Settings,
): Promise<Admission> {
  const { auth, accept } = settings;
  const outcome = await auth.authenticate(request, { accept, resource: endpoint.resource });
  if (outcome.kind === "refused") return refuse(refusalFor(outcome.error, endpoint, settings));
  if (outcome.kind !== "authenticated") {
    // RFC 6750 §3.1: who has shown nothing is told what to ask for, and no error.
    const challenge = { scopes: settings.baselineScopes };
    return refuse(refusal(401, "credential_missing", { challenge, endpoint }));
  }
  const { context } = outcome;
  const caller: Caller = { context, outcome, endpoint, request };
  const { tenant, credential, provider } = context;

  if (credential.accepted === "mcp" && !settings.allowUnboundTokens) {
    const facts = auth.mcpProviders.find((one) => one.instance === provider.instance)?.facts;
    // SECURITY: it could have been given to any other server of the vendor's account.
    if (facts?.resourceBinding !== true) {
      return refuse(invalidToken(endpoint, settings), { caller, reason: "resource_unbound" });
    }
  }

  const refusedClient = credential.accepted === "mcp" ? await refuseClient(caller, settings) : null;
  if (refusedClient !== null) return refusedClient;

  const named = endpoint.tenant;
  // SECURITY: also where the audience agrees: the two are set by different parties.
  if (named !== null && tenant?.slug !== named && tenant?.id !== named) {
    return refuse(invalidToken(endpoint, settings), { caller, reason: "tenant_other" });
  }
  return { ok: true, caller };
}

/** What the tenant says about the OAuth client. Null: it may act. */
async function refuseClient(caller: Caller, settings: Settings): Promise<Admission | null> {
  let verdict: ClientVerdict;
  try {
    verdict = await settings.auth.clients.check(caller.context, settings.clientPolicy);
  } catch (error) {
    const name = error instanceof Error ? error.name : "unknown";
    settings.log({ level: "error", event: "mcp.client_check_failed", reason: name });
    // SECURITY: not known is not allowed.
    return refuse(refusal(503, "store_unavailable"), { caller, reason: "clients_unavailable" });
  }
  if (verdict === "allowed") return null;
  // No challenge: another token of the same client would be refused alike.
  const description =
    verdict === "pending"
      ? "An administrator of the organization has to approve this application first."
      : "The organization does not allow this application.";
  const response = refusal(403, "access_denied", { description });
  return refuse(response, { caller, reason: `client_${verdict}` });
}

function refuse(response: Response, refused: Refused | null = null): Admission {
  return { ok: false, response, refused };
}

function invalidToken(endpoint: Endpoint, settings: Settings): Response {
  const challenge = { error: "invalid_token", scopes: settings.baselineScopes } as const;
  return refusal(401, "credential_invalid", { challenge, endpoint });
}

/**
 * Refusals after which signing in once more may lead to an account or organization that is in order.
 * Whether the one in the token exists is not said.
 */
const SIGN_IN_AGAIN: ReadonlySet<AuthErrorCode> = new Set([
  "credential_invalid",
  "account_refused",
  "tenant_suspended",
  "tenant_not_found",
  "tenant_mismatch",
  "tenant_switch_required",
  "reauthentication_required",
]);

/** Core's refusals in the words of OAuth. */
function refusalFor(error: AuthError, endpoint: Endpoint, settings: Settings): Response {
  const { code, status, details } = error;
  if (SIGN_IN_AGAIN.has(code)) return invalidToken(endpoint, settings);
  if (code === "credential_malformed") {
    return refusal(400, code, { challenge: { error: "invalid_request" }, endpoint });
  }
  if (code === "credential_expired") {
    const challenge = { error: "invalid_token", scopes: settings.baselineScopes } as const;
    return refusal(401, code, { challenge, endpoint });
  }
  const { retryAfterSeconds } = details;
  return refusal(
    status >= 500 ? 503 : status,
    code,
    retryAfterSeconds === undefined ? {} : { retryAfterSeconds },
  );
}
