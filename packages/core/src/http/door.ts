import type { Auth } from "../auth.ts";
import type { AuthContext, TenantAuthContext } from "../context.ts";
import type { Requirement } from "../guard.ts";
import type { MountOptions } from "../options.ts";
import type { Outcome } from "../outcome.ts";
import type { AuthRequest } from "../request/request.ts";
import { PRIVATE_HEADERS, type HttpAnswer } from "./answer.ts";

/** What a binding does with a request that has been looked at. */
export interface Entered {
  /** `Set-Cookie` values that the response must carry, whatever becomes of the request. */
  readonly setCookies: readonly string[];
  /** Sent instead of running the handler, where there is one. */
  readonly answer: HttpAnswer | null;
}

/**
 * The part of a binding that knows no framework: it remembers what `authenticate` found out about
 * each request and lets guards ask. `K` is the framework's object for one request.
 */
export interface Door<K extends object, P extends string> {
  /**
   * Finds out who asks, and remembers it for this request. Rejects only with what `mount` throws,
   * and the request is then unknown: guards refuse it with `misconfigured`.
   */
  enter(key: K, request: AuthRequest, mount: MountOptions | (() => MountOptions)): Promise<Entered>;
  /** Null if the handler may run, or the refusal to send. `request` is asked for unknown requests. */
  refusal(key: K, requirement: Requirement<P>, request: () => AuthRequest): HttpAnswer | null;
  /** Who asks, or null: nobody, refused, or a request that `enter` has not seen. */
  get(key: K): AuthContext<P> | null;
  /** Who asks and for which tenant. Throws `TypeError` unless a guard has made sure of the tenant. */
  tenantContext(key: K): TenantAuthContext<P>;
}

interface Seen<P extends string> {
  readonly outcome: Outcome<P>;
  readonly request: AuthRequest;
  readonly mount: MountOptions;
  /** Whether a guard that asks for a tenant has let it in. */
  isForTenant: boolean;
}

/** Makes the door of one binding. A second one of the same instance knows nothing of this one's requests. */
export function createDoor<K extends object, P extends string>(
  auth: Pick<Auth<P>, "authenticate" | "http">,
): Door<K, P> {
  // SECURITY: what is known of a request lives here and not on the framework's object, where a
  // header parser, another library or another auth instance could have put it.
  const seen = new WeakMap<K, Seen<P>>();

  return {
    async enter(key, request, mountFor) {
      // What an outer mount accepted must not outlive the start of an inner one.
      seen.delete(key);
      const mount = typeof mountFor === "function" ? mountFor() : mountFor;
      const outcome = await auth.authenticate(request, mount);
      seen.set(key, { outcome, request, mount, isForTenant: false });
      const { setCookies } = outcome;
      if (outcome.kind !== "redirect") return { setCookies, answer: null };
      const headers = [...PRIVATE_HEADERS, ["location", outcome.location] as const];
      return { setCookies, answer: { status: 302, headers, body: "" } };
    },
    refusal(key, requirement, request) {
      const known = seen.get(key);
      const error = auth.http.guard(known?.outcome, requirement);
      if (error === null) {
        if (known !== undefined && requirement.kind !== "auth") known.isForTenant = true;
        return null;
      }
      return auth.http.answer(error, known?.request ?? request(), known?.mount);
    },
    get(key) {
      const outcome = seen.get(key)?.outcome;
      return outcome?.kind === "authenticated" ? outcome.context : null;
    },
    tenantContext(key) {
      const known = seen.get(key);
      const { outcome } = known ?? {};
      // SECURITY: not who happens to have a tenant, but whom a guard has let in: a handler that has lost
      // its guard must fail on its first request, whoever sends it.
      if (known?.isForTenant === true && outcome?.kind === "authenticated") {
        const { context } = outcome;
        if (isForTenant(context)) return context;
      }
      throw new TypeError(
        "tenantContext() needs requireTenant() or requirePermission() in front of its handler.",
      );
    },
  };
}

function isForTenant<P extends string>(context: AuthContext<P>): context is TenantAuthContext<P> {
  return context.tenant !== null;
}
