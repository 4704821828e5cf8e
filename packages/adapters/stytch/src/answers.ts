import {
  isUnavailable,
  ok,
  reject,
  type AttestedMembership,
  type Identity,
  type ProviderTools,
  type Result,
  type TokenProfile,
  type VendorTokens,
} from "@tenantry/core/provider";
import type { Member, Organization } from "stytch";
import type { StytchApi } from "./api.ts";
import { isFields, isText } from "./claims.ts";

/** What Stytch answers when somebody has proved something: a session, or what is missing. */
export interface Answer {
  readonly session_token: string;
  readonly session_jwt: string;
  readonly member: Member;
  readonly organization: Organization;
  readonly member_authenticated?: boolean;
}

/** Somebody signed in, as the adapter hands them on. */
export interface SignedIn {
  readonly identity: Identity;
  readonly tokens: VendorTokens;
}

/**
 * Reads an answer that holds a session. Its token is the proof and is verified like everybody's; the
 * rest of the answer only adds what the token cannot say, if it is about the same member. Rejects
 * with the engine's reasons, and with `answer_mismatch`.
 */
export async function readAnswer(
  answer: Answer,
  tools: ProviderTools,
  profile: TokenProfile,
): Promise<Result<SignedIn>> {
  // SECURITY: "not authenticated" is not a login, whatever else the answer holds.
  if (answer.member_authenticated === false || !isText(answer.session_token)) {
    return reject("not_authenticated");
  }
  const verified = await tools.verify(answer.session_jwt, profile);
  if (!verified.ok) return verified;
  const { identity } = verified.value;
  const { tenant } = identity;
  const { member, organization } = answer;
  const isSame =
    isFields(member) &&
    isFields(organization) &&
    tenant !== null &&
    "external" in tenant &&
    member.member_id === identity.subject &&
    member.organization_id === tenant.external &&
    organization.organization_id === tenant.external;
  if (!isSame) return reject("answer_mismatch");
  const { email_address: email, name } = member;
  return ok({
    identity: {
      ...identity,
      tenant: {
        ...tenant,
        ...(isText(organization.organization_name) ? { name: organization.organization_name } : {}),
      },
      ...(isText(name) ? { name } : {}),
      // `true` and nothing that merely looks like it.
      ...(isText(email)
        ? { email: { value: email, verified: (member.email_address_verified as unknown) === true } }
        : {}),
    },
    tokens: {
      refreshToken: JSON.stringify([tenant.external, answer.session_token]),
      refreshAtSeconds: identity.expiresAtSeconds,
    },
  });
}

/** The organization and the opaque token of what we keep as a refresh token; null if it is neither. */
export function readSessionToken(
  refreshToken: string,
): { readonly organization: string; readonly token: string } | null {
  try {
    const value: unknown = JSON.parse(refreshToken);
    const [organization, token] = Array.isArray(value) ? (value as readonly unknown[]) : [];
    return isText(organization) && isText(token) ? { organization, token } : null;
  } catch {
    return null;
  }
}

/**
 * The person's other organizations. Stytch names them by the address that this session has proved, so
 * this is its own word that the members are one person. An answer that cannot be had adds nothing.
 */
export async function otherMemberships(
  { session_token }: Answer,
  api: Pick<StytchApi, "read">,
): Promise<readonly AttestedMembership[]> {
  try {
    const { discovered_organizations: found } = await api.read((sdk) =>
      sdk.discovery.organizations.list({ session_token }),
    );
    return found.flatMap(({ organization, membership }) => {
      const member = membership?.member;
      const isMember = membership?.type === "active_member" && member?.status === "active";
      if (organization === undefined || !isMember) return [];
      const {
        organization_id: external,
        organization_slug: slug,
        organization_name: name,
      } = organization;
      if (member.organization_id !== external) return [];
      // Its roles are those of the record; which of them count, a session there will say.
      return [{ tenant: { external, slug, name }, subject: member.member_id }];
    });
  } catch {
    return [];
  }
}

/** A rejection as the end of a sign-in. */
export function endOf(reason: string) {
  return { kind: isUnavailable(reason) ? "unavailable" : "refused", reason } as const;
}
