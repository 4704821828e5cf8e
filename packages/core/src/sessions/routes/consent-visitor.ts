import type { AuthContext, TenantContext } from "../../context.ts";
import type { ConsentGiver, ConsentPage } from "../../provider/mcp.ts";
import type { InstanceProvider } from "../../tokens/provider-instance.ts";
import { authAddress } from "./addresses.ts";
import { requireSession, type Call } from "./call.ts";
import type { AuthRoutesDeps } from "./deps.ts";
import { redirect, refuse, type Reply } from "./reply.ts";

/** The person in front of the page of consent. */
export interface Visitor {
  readonly context: AuthContext & { readonly tenant: TenantContext };
  readonly provider: InstanceProvider;
  readonly page: ConsentPage;
  readonly who: ConsentGiver;
  readonly sessionId: string;
  readonly setCookies: readonly string[];
}

/**
 * Who is asked: a person in a session at this provider, in a tenant where they are a member today and
 * that accepts how they signed in. Whoever has no such session signs in and comes back to `returnTo`;
 * null refuses them.
 */
export async function visitorOf(
  call: Call,
  deps: AuthRoutesDeps,
  { instance, returnTo }: { readonly instance: string; readonly returnTo: string | null },
): Promise<
  { readonly ok: true; readonly visitor: Visitor } | { readonly ok: false; readonly reply: Reply }
> {
  const provider = deps.providers.find((one) => one.instance === instance);
  const page = provider?.mcp?.consent;
  if (provider === undefined || page === undefined) {
    return no(refuse("route_not_found", "consent_page_missing"));
  }
  const signIn = () => redirect(authAddress(deps, "login", { provider: instance, returnTo }));
  const signed = await requireSession(call, deps, "peek");
  if (!signed.ok) {
    return no(signed.reply.error.status === 401 && returnTo !== null ? signIn() : signed.reply);
  }
  const { session } = signed;
  // SECURITY: a subject of one provider says nothing about the same characters at another.
  if (session.instance !== instance) {
    return no(returnTo === null ? refuse("credential_invalid", "session_elsewhere") : signIn());
  }
  // SECURITY: what is granted here outlives a supporter's stay, so only the person themselves may.
  if (session.entered !== null || session.actors.length > 0) {
    return no(refuse("permission_denied", "consent_by_another"));
  }
  const outcome = await deps.authenticate(call.request);
  const { setCookies } = outcome;
  if (outcome.kind === "refused") return no({ kind: "refused", error: outcome.error, setCookies });
  if (outcome.kind !== "authenticated") {
    return no(refuse("credential_missing", "session_gone", { setCookies }));
  }
  const { context } = outcome;
  const { tenant } = context;
  // What the vendor is told and what the page says are the same tenant.
  if (tenant === null || session.tenantExternal === null || tenant.id !== session.tenantId) {
    return no(refuse("tenant_required", "consent_without_tenant", { setCookies }));
  }
  return {
    ok: true,
    visitor: {
      context: { ...context, tenant },
      provider,
      page,
      who: {
        subject: session.subject,
        tenant: { external: session.tenantExternal, name: tenant.name },
      },
      sessionId: session.id,
      setCookies,
    },
  };
}

function no(reply: Reply): { readonly ok: false; readonly reply: Reply } {
  return { ok: false, reply };
}
