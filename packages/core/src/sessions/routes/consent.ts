import { auditSubject } from "../../audit/audit.ts";
import { encodeBase64Url } from "../../internal/encoding.ts";
import { isUnavailable, reject, type Rejection, type Result } from "../../internal/result.ts";
import { errorFor } from "../../reasons.ts";
import { authAddress } from "./addresses.ts";
import type { Call } from "./call.ts";
import { isClientAddress, isWayOn } from "./consent-address.ts";
import { othersOf, toTenantOf } from "./consent-elsewhere.ts";
import { isShown, type Shown } from "./consent-shown.ts";
import { consentView } from "./consent-view.ts";
import { visitorOf, type Visitor } from "./consent-visitor.ts";
import type { AuthRoutesDeps } from "./deps.ts";
import { redirect, refuse, type Reply } from "./reply.ts";

const PURPOSE = "consent";
const LIFETIME_MS = 600_000;
const ID_BYTES = 16;
/** As long as an address that a sign-in comes back to may be. */
const MAX_ADDRESS = 2048;

/**
 * `GET authorize/:instance`: the page of consent of a provider that leaves it to the app. Whoever has
 * no session there signs in first and comes back. Asks each time: an earlier yes was given to another
 * request, and any program of this client id would get the benefit of it (RFC 9700 §4.14, MCP's
 * "confused deputy"). Throws when a store cannot answer.
 */
export async function askConsent(
  call: Call,
  deps: AuthRoutesDeps,
  instance: string,
): Promise<Reply> {
  const query = new URLSearchParams(call.url.searchParams);
  const address = `${authAddress(deps, `authorize/${instance}`)}?${query.toString()}`;
  if (address.length > MAX_ADDRESS) return refuse("request_invalid", "consent_too_long");
  const visit = await visitorOf(call, deps, { instance, returnTo: address });
  if (!visit.ok) return visit.reply;
  const { visitor } = visit;
  const { page, who, provider, context, sessionId, setCookies } = visitor;

  const asked = await guarded(deps, instance, () =>
    page.start({ query, who }, deps.toolsFor(provider)),
  );
  if (!asked.ok) return failed(asked, visitor);
  const request = asked.value;
  if (request.kind === "grant") {
    const { client, scopes } = request;
    if (!isClientAddress(client.redirectUri)) {
      return failed(reject("redirect_uri_nowhere"), visitor);
    }
    if (scopes.length === 0) return failed(reject("scopes_none"), visitor);
    const elsewhere = await toTenantOf(request, visitor, { address, deps });
    if (elsewhere !== null) return elsewhere;
  }
  const refused = await refusedClient({ request, moment: "shown" }, visitor, deps);
  if (refused !== null) return refused;

  const id = encodeBase64Url(deps.runtime.randomBytes(ID_BYTES));
  const shown: Shown = { id, sessionId, query: query.toString(), request };
  const sealed = await deps.sealer.seal(PURPOSE, shown, {
    expiresAtMs: deps.runtime.nowMs() + LIFETIME_MS,
    aad: instance,
  });
  const view = consentView(request, {
    person: personOf(context),
    tenant: context.tenant.name,
    form: { action: authAddress(deps, `authorize/${instance}`), hidden: { request: sealed } },
    others: await othersOf(context, address, deps),
  });
  return { kind: "page", setCookies, view };
}

/**
 * `POST authorize/:instance`: what the person said. Good for what the page has shown, in the session
 * that it was shown to, once and for ten minutes. Throws when a store cannot answer.
 */
export async function decideConsent(
  call: Call,
  deps: AuthRoutesDeps,
  instance: string,
): Promise<Reply> {
  const visit = await visitorOf(call, deps, { instance, returnTo: null });
  if (!visit.ok) return visit.reply;
  const { visitor } = visit;
  const { page, who, provider, context, setCookies } = visitor;

  const sealed = call.params.get("request") ?? "";
  const shown = await deps.sealer.open(PURPOSE, sealed, { aad: instance });
  // SECURITY: a yes belongs to the browser that was asked. Without this, somebody could have their own
  // client's request answered by another's session (CVE-2026-27124). A switch of the tenant is a new
  // session too.
  if (!isShown(shown) || shown.sessionId !== visitor.sessionId) {
    return failed(reject("consent_unknown"), visitor);
  }
  const decision = call.params.get("decision");
  // SECURITY: neither is neither; no default may ever be a yes.
  if (decision !== "allow" && decision !== "deny") {
    return failed(reject("decision_missing"), visitor);
  }
  const granted = decision === "allow";
  const { request } = shown;
  if (granted) {
    const refused = await refusedClient({ request, moment: "granted" }, visitor, deps);
    if (refused !== null) return refused;
  }
  const untilMs = deps.runtime.nowMs() + LIFETIME_MS;
  if (!(await deps.stores.replay.claim(`consent:${shown.id}`, untilMs))) {
    return failed(reject("consent_replayed"), visitor);
  }

  const query = new URLSearchParams(shown.query);
  const scopes = request.kind === "grant" ? request.scopes : [];
  const decided = await guarded(deps, instance, () =>
    page.decide({ query, who, granted, scopes }, deps.toolsFor(provider)),
  );
  if (!decided.ok) return failed(decided, visitor);
  const { location } = decided.value;
  // SECURITY: the code of this person goes to the client they were shown.
  if (location === null ? granted : !isWayOn(location, request)) {
    return failed(reject("location_elsewhere"), visitor);
  }
  const clientId = request.kind === "grant" ? request.client.clientId : null;
  const recorded = await deps.audit.record(
    {
      type: "client.consented",
      outcome: "ok",
      ...auditSubject(context),
      details: { instance, clientId, granted, scopes: scopes.join(" ") },
    },
    { strict: true },
  );
  // SECURITY: nobody has the code yet, so what is not on record was not granted.
  if (!recorded.ok) return failed(recorded, visitor);
  return location === null ? declined(setCookies) : redirect(location, setCookies);
}

/** The tenant's own rules about clients come before the person's wish. */
async function refusedClient(
  { request, moment }: { readonly request: Shown["request"]; readonly moment: ConsentMoment },
  { context, provider, setCookies }: Visitor,
  deps: AuthRoutesDeps,
): Promise<Reply | null> {
  // A client that the vendor names later is judged with its first call.
  if (request.kind === "identity") return null;
  const { tenant } = context;
  const { instance } = provider;
  const { clientId } = request.client;
  const client = { tenant, credential: { clientId }, provider: { instance } };
  const verdict = await deps.checkClient(client, moment);
  if (verdict === "allowed") return null;
  return refuse("permission_denied", `client_${verdict}`, {
    action: HOME,
    message:
      verdict === "pending"
        ? `An administrator of ${tenant.name} has to approve this application first.`
        : `${tenant.name} does not allow this application.`,
    setCookies,
  });
}

type ConsentMoment = Parameters<AuthRoutesDeps["checkClient"]>[1];

/** Runs a call of the adapter. A throw means that something could not be found out. */
async function guarded<T>(
  deps: AuthRoutesDeps,
  provider: string,
  work: () => Promise<Result<T>>,
): Promise<Result<T>> {
  try {
    return await work();
  } catch (error) {
    const reason = error instanceof Error ? error.name : "unknown";
    deps.runtime.log({ level: "error", event: "consent.adapter_failed", reason, provider });
    return reject("provider_unavailable");
  }
}

const HOME = { label: "To the start", href: "/" };

function failed(rejection: Rejection, { setCookies }: Visitor): Reply {
  if (isUnavailable(rejection.reason)) {
    return { kind: "refused", error: errorFor(rejection), setCookies };
  }
  return refuse("request_invalid", rejection.reason, {
    action: HOME,
    message: "This request cannot be answered. Start again in the application that sent you here.",
    setCookies,
  });
}

function declined(setCookies: readonly string[]): Reply {
  return refuse("permission_denied", "consent_declined", {
    action: HOME,
    message: "Nothing was allowed. You can close this page.",
    setCookies,
  });
}

function personOf({ principal }: Visitor["context"]): string {
  if (principal.kind !== "user") return principal.id;
  return principal.email?.value ?? principal.name ?? principal.id;
}
