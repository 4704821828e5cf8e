import type { AuthenticationResponse } from "@workos-inc/node";
import {
  isUnavailable,
  ok,
  reject,
  type AttestedMembership,
  type Identity,
  type LoginStep,
  type ProviderTools,
  type Result,
  type SignInMethod,
  type SignedToken,
  type VendorTokens,
} from "@tenantry/core/provider";
import type { WorkosApi } from "./api.ts";
import { isText } from "./claims.ts";
import { rolesOf } from "./changes.ts";
import type { LoginDeps } from "./login.ts";
import type { SignInState } from "./sign-in-state.ts";
import { sessionProfile } from "./tokens.ts";

const CLOCK_TOLERANCE_SECONDS = 30;
const MAX_PAGES = 5;

/** Ends a sign-in: the token is verified as any other, and compared with what came beside it. */
export async function finishLogin(
  response: AuthenticationResponse,
  about: {
    readonly deps: LoginDeps;
    readonly tools: ProviderTools;
    readonly state: SignInState;
  },
): Promise<LoginStep> {
  const { deps, tools, state } = about;
  const verified = await verifyResponse(response, tools, deps);
  if (!verified.ok) {
    const reason: string = verified.reason;
    return { kind: isUnavailable(reason) ? "unavailable" : "refused", reason };
  }
  const { identity, token } = verified.value;
  if (!isFresh(token, state)) return { kind: "refused", reason: "reauthentication_not_attested" };
  const memberships = await membershipsOf(identity.subject, deps.api);
  return {
    kind: "done",
    identity: withName(identity, memberships?.items ?? []),
    tokens: vendorTokens(response, identity),
    ...(memberships === null ? {} : { memberships }),
  };
}

/**
 * Verifies the access token of an answer with core's engine, and adds what only the answer says: the
 * person's name and address, and how they signed in.
 */
export async function verifyResponse(
  response: AuthenticationResponse,
  tools: ProviderTools,
  { environment }: Pick<LoginDeps, "environment">,
): Promise<Result<{ readonly identity: Identity; readonly token: SignedToken }>> {
  const verified = await tools.verify(response.accessToken, sessionProfile(environment));
  if (!verified.ok) return verified;
  const { identity, token } = verified.value;
  const { user, organizationId } = response;
  const external =
    identity.tenant !== null && "external" in identity.tenant
      ? identity.tenant.external
      : undefined;
  // SECURITY: only the token is signed; what came with it must be about the same person and place.
  if (user.id !== identity.subject) return reject("subject_changed");
  if (organizationId !== undefined && organizationId !== external) return reject("tenant_changed");
  const { authenticationMethod, impersonator } = response;
  // SECURITY: a supporter behind the session must be named in the token, or later tokens hide them.
  const isImpersonated = impersonator !== undefined || authenticationMethod === "Impersonation";
  const actor = identity.actors.find(({ kind }) => kind === "impersonator");
  if (isImpersonated !== (actor !== undefined)) return reject("impersonation_unclear");
  const name = [user.firstName, user.lastName].filter(isText).join(" ");
  return ok({
    token,
    identity: {
      ...identity,
      ...(name === "" ? {} : { name }),
      ...(isText(user.email) ? { email: { value: user.email, verified: isVerified(user) } } : {}),
      authentication: {
        ...identity.authentication,
        method: isImpersonated ? "impersonation" : methodOf(authenticationMethod),
      },
    },
  });
}

/** The tokens worth keeping. The access token is not: nothing of ours calls the vendor with it. */
export function vendorTokens(
  { refreshToken }: AuthenticationResponse,
  { expiresAtSeconds }: Identity,
): VendorTokens {
  return { refreshToken, refreshAtSeconds: expiresAtSeconds };
}

const METHODS: Readonly<Record<string, SignInMethod>> = {
  SSO: "sso",
  Password: "password",
  Passkey: "passkey",
  MagicAuth: "email_code",
  Impersonation: "impersonation",
};

function methodOf(method: string | undefined): SignInMethod {
  if (method === undefined) return "unknown";
  const known = Object.hasOwn(METHODS, method) ? METHODS[method] : undefined;
  return known ?? (method.endsWith("OAuth") ? "social" : "unknown");
}

function isVerified({ emailVerified }: { readonly emailVerified: unknown }): boolean {
  return emailVerified === true;
}

/**
 * Whether a fresh sign-in is attested, if one was asked for.
 *
 * @see {@link https://workos.com/docs/authkit/reauthentication WorkOS: reauthentication}
 */
function isFresh({ claims }: SignedToken, { freshSince }: SignInState): boolean {
  if (freshSince === 0) return true;
  const { auth_time: signedInAt } = claims;
  // SECURITY: the browser carries `max_age`, so that it may have been left out on the way.
  return typeof signedInAt === "number" && signedInAt >= freshSince - CLOCK_TOLERANCE_SECONDS;
}

interface Memberships {
  readonly items: readonly AttestedMembership[];
  readonly complete: boolean;
}

/** All of a person's memberships; null if the vendor does not say now, because signing in does not hang on it. */
async function membershipsOf(userId: string, api: WorkosApi): Promise<Memberships | null> {
  const items: AttestedMembership[] = [];
  let after: string | undefined;
  try {
    for (let pages = 0; pages < MAX_PAGES; pages += 1) {
      const page = await api.page("/user_management/organization_memberships", {
        user_id: userId,
        statuses: "active",
        ...(after === undefined ? {} : { after }),
      });
      for (const row of page.items) {
        const { organization_id: external, organization_name: name, status } = row;
        if (row["user_id"] !== userId || status !== "active" || !isText(external)) continue;
        const roles = rolesOf(row);
        items.push({
          tenant: { external, ...(isText(name) ? { name } : {}) },
          ...(roles === undefined ? {} : { roles }),
        });
      }
      ({ after } = page);
      if (after === undefined) return { items, complete: true };
    }
    return { items, complete: false };
  } catch {
    return null;
  }
}

/** The organization's name, which tokens do not have. */
function withName(identity: Identity, memberships: readonly AttestedMembership[]): Identity {
  const { tenant } = identity;
  if (tenant === null || "local" in tenant) return identity;
  const found = memberships.find((each) => each.tenant.external === tenant.external);
  return found?.tenant.name === undefined ? identity : { ...identity, tenant: found.tenant };
}
