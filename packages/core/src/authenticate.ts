import type { AcceptedKind, AuthContext } from "./context.ts";
import { AuthError } from "./errors.ts";
import type { Identified } from "./identified.ts";
import type { Rejection } from "./internal/result.ts";
import type { Log } from "./log.ts";
import type { MountOptions } from "./options.ts";
import { ANONYMOUS, refuse, type Outcome } from "./outcome.ts";
import type { PolicyVerdict } from "./policy/check-policy.ts";
import { errorFor } from "./reasons.ts";
import type { Presented } from "./request/credential.ts";
import type { AuthRequest } from "./request/request.ts";
import { observe } from "./telemetry/observe.ts";
import type { OperationFacts, Telemetry } from "./telemetry/telemetry.ts";
import type { Resolved } from "./tenancy/resolve.ts";

/** Step 2's answer. */
export type Identification =
  | { readonly ok: true; readonly who: Identified; readonly setCookies: readonly string[] }
  | { readonly ok: false; readonly rejection: Rejection; readonly setCookies: readonly string[] }
  | { readonly ok: "redirect"; readonly location: string; readonly setCookies: readonly string[] }
  /** A vendor's front end was asked and knows nobody either. */
  | { readonly ok: "nobody"; readonly setCookies: readonly string[] };

/** The five steps, each its own module. */
export interface Steps<P extends string> {
  chooseCredential(request: AuthRequest, accept: readonly AcceptedKind[]): Presented;
  identify(
    presented: Exclude<Presented, { kind: "none" | "refused" }>,
    request: AuthRequest,
    mount: Required<Pick<MountOptions, "accept">> & MountOptions,
  ): Promise<Identification>;
  resolveTenant(who: Identified, request: AuthRequest, mount: MountOptions): Promise<Resolved>;
  grant(who: Identified, resolved: Resolved & { ok: true }): AuthContext<P>;
  checkPolicy(who: Identified, resolved: Resolved & { ok: true }): PolicyVerdict;
  /** Records what only support may do. Throws when it cannot. */
  recordCrossTenant(context: AuthContext<P>, request: AuthRequest): Promise<void>;
}

const DEFAULT_ACCEPT: readonly AcceptedKind[] = ["session", "access", "m2m", "api_key"];

/**
 * One request becomes one outcome. Every step returns a value; nothing here throws for what a
 * stranger can send, and what cannot be found out is refused as unavailable.
 */
export function createAuthenticate<P extends string>(
  steps: Steps<P>,
  log: Log,
  { telemetry }: { readonly telemetry?: Telemetry | undefined } = {},
) {
  async function run(request: AuthRequest, mount: MountOptions, seen: Seen): Promise<Outcome<P>> {
    const accept = mount.accept ?? DEFAULT_ACCEPT;

    // 1. Which credential does it present, of the kinds this mount accepts?
    const presented = steps.chooseCredential(request, accept);
    if (presented.kind === "none") return ANONYMOUS;
    if (presented.kind !== "refused") seen.source = SOURCES[presented.kind];
    if (presented.kind === "refused") {
      return refuse(new AuthError(presented.code, { reason: presented.reason }));
    }

    // 2. Is it genuine, and what does it prove?
    const identified = await steps.identify(presented, request, { ...mount, accept });
    const { setCookies } = identified;
    if (identified.ok === "nobody") return { kind: "anonymous", setCookies };
    if (identified.ok === "redirect") {
      return { kind: "redirect", location: identified.location, setCookies };
    }
    if (!identified.ok) return refuse(errorFor(identified.rejection), setCookies);
    const { who } = identified;
    seen.who = who;

    // 3. Which tenant, and do all sources agree?
    const resolved = await steps.resolveTenant(who, request, mount);
    if (!resolved.ok) return refuse(new AuthError(resolved.code, resolved.details), setCookies);

    // 4. What may it do there?
    const context = steps.grant(who, resolved);

    // 5. Does the tenant accept this way of signing in?
    const verdict = steps.checkPolicy(who, resolved);
    if (!verdict.ok) {
      return refuse(new AuthError(verdict.code, { reason: verdict.reason }), setCookies);
    }
    if (context.crossTenant !== undefined) await steps.recordCrossTenant(context, request);
    return { kind: "authenticated", context, setCookies };
  }

  async function decide(
    request: AuthRequest,
    mount: MountOptions,
    seen: Seen,
  ): Promise<Outcome<P>> {
    let outcome: Outcome<P>;
    try {
      outcome = await run(request, mount, seen);
    } catch (error) {
      // SECURITY: a store that throws, or a mistake of ours, means that we could not find out.
      // That is neither yes nor no. The error itself may hold anything, so only its name is logged.
      const name = error instanceof Error ? error.name : "unknown";
      log({ level: "error", event: "authenticate.failed", reason: name });
      outcome = refuse(new AuthError("store_unavailable", { reason: "unexpected_error" }));
    }
    if (outcome.kind === "refused") {
      const { code, details } = outcome.error;
      log({
        level: outcome.error.status >= 500 ? "error" : "info",
        event: "request.refused",
        ...(details.reason === undefined ? {} : { reason: details.reason }),
        fields: { code },
      });
    }
    return outcome;
  }

  return function authenticate(
    request: AuthRequest,
    mount: MountOptions = {},
  ): Promise<Outcome<P>> {
    const seen: Seen = {};
    return observe(telemetry, "authenticate", {
      work: () => decide(request, mount, seen),
      facts: (outcome) => factsOf(outcome, seen),
    });
  };
}

/** What became known on the way to an outcome, for the telemetry. */
interface Seen {
  source?: NonNullable<OperationFacts["source"]>;
  who?: Identified;
}

const SOURCES = {
  bearer: "authorization",
  session_cookie: "session_cookie",
  vendor_cookie: "vendor_cookie",
  front_end: "front_end",
} as const;

/** SECURITY: of who asks, only the kind of credential and the configured provider. */
function factsOf(outcome: Outcome, { source, who }: Seen): OperationFacts {
  return {
    outcome: outcome.kind,
    ...(outcome.kind === "refused" ? { code: outcome.error.code } : {}),
    ...(source === undefined ? {} : { source }),
    ...(who === undefined
      ? {}
      : {
          credential: who.credential.accepted,
          provider: { vendor: who.provider.vendor, instance: who.provider.instance },
        }),
    ...(who?.cacheHit === undefined ? {} : { cacheHit: who.cacheHit }),
  };
}
