import type { Caller } from "./call.ts";
import type { Settings } from "./options.ts";
import type { Ruling } from "./policy.ts";
import { refusal, rpcError } from "./responses.ts";
import type { Trail } from "./trail.ts";

/**
 * The answer to a request of which something may not run, before any of it runs. Null: it may go on.
 * What does not exist for the caller goes on too: the SDK answers it like what does not exist at all.
 */
export function refuseRulings(
  rulings: readonly Ruling[],
  caller: Caller,
  { settings, trail }: { readonly settings: Settings; readonly trail: Trail },
): Response | null {
  const deny = (ruling: Ruling, reason: string) =>
    trail.denied(caller, { method: ruling.message.method ?? "", entry: ruling.entry, reason });

  const ids = rulings.flatMap(({ message: { id } }) => (id === null ? [] : [id]));
  // Two answers under one id could not be told apart, neither by the client nor by the trail.
  if (new Set(ids).size < ids.length) return rpcError(400, -32_600, "Invalid Request: repeated id");

  const tenantless = rulings.filter(({ needsTenant }) => needsTenant);
  if (tenantless.length > 0) {
    for (const ruling of tenantless) deny(ruling, "tenant_required");
    return tenantRequired(caller, settings);
  }
  const withheld = rulings.filter(({ missing }) => missing.length > 0);
  if (withheld.length > 0) {
    for (const ruling of withheld) deny(ruling, "scope");
    const needed = withheld.flatMap(({ missing }) => missing).map(settings.scopeOf);
    return insufficientScope(caller, needed, settings);
  }
  const [foreign] = rulings.filter(({ isForeign }) => isForeign);
  if (foreign !== undefined) {
    deny(foreign, "tenant_argument");
    const text = "Invalid params: an argument names another tenant than the token";
    return rpcError(200, -32_602, text, foreign.message.id);
  }
  return null;
}

/** One challenge with everything that is needed (RFC 6750 §3.1). */
function insufficientScope(
  caller: Caller,
  needed: readonly string[],
  settings: Settings,
): Response {
  const granted = settings.challenge === "union" ? (caller.context.credential.scopes ?? []) : [];
  // Whether a client wants refresh tokens is its own affair: no resource asks for them.
  const scopes = [...new Set([...granted, ...needed])].filter(
    (scope) => SCOPE.test(scope) && scope !== "offline_access",
  );
  return refusal(403, "scope_insufficient", {
    endpoint: caller.endpoint,
    challenge: {
      error: "insufficient_scope",
      description: "More scopes are needed for this call",
      scopes,
    },
  });
}

/** RFC 6749 §3.3: anything else could end the quoted text. */
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

/** A token without a tenant: where a scope can bring one, the client is told which. */
function tenantRequired(caller: Caller, settings: Settings): Response {
  const { credential, provider } = caller.context;
  const facts = settings.auth.mcpProviders.find(
    ({ instance }) => instance === provider.instance,
  )?.facts;
  const granted = credential.scopes ?? [];
  const missing = (facts?.tenantScopes ?? []).filter((scope) => !granted.includes(scope));
  return credential.accepted === "mcp" && missing.length > 0
    ? insufficientScope(caller, missing, settings)
    : refusal(403, "tenant_required");
}
