import { ok, reject, type Enrichment, type Identity, type Result } from "@tenantry/core/provider";
import type { StytchApi } from "./api.ts";
import { isFields, isText, isTextList } from "./claims.ts";
import { failureOf, rejectionOf } from "./errors.ts";
import type { PolicySource } from "./policy.ts";

type Enrich = (identity: Identity, tools: { nowMs(): number }) => Promise<Result<Enrichment>>;

/** What tokens of each kind cannot say. */
export interface Enrichments {
  /** Missing: nothing is asked for. */
  readonly session: Enrich | undefined;
  readonly machine: Enrich;
  readonly connectedApp: Enrich;
}

/** Makes {@link Enrichments}. Without a policy roles stand for nothing but themselves. */
export function createEnrichments(
  api: Pick<StytchApi, "call">,
  policy: PolicySource | null,
): Enrichments {
  return {
    session:
      policy === null
        ? undefined
        : (identity, tools) =>
            answered(async () => ({
              permissions: (await policy.get(tools.nowMs())).permissionsOf(identity.roles ?? []),
            })),

    // The tenant is what an administrator has written into the client's trusted metadata.
    machine: async ({ subject }) => {
      try {
        const { m2m_client: client } = await api.call((sdk) =>
          sdk.m2m.clients.get({ client_id: subject }),
        );
        // SECURITY: tokens outlive the client they were given to by up to an hour.
        if (client.client_id !== subject || client.status !== "active") {
          return reject("machine_inactive");
        }
        const metadata: unknown = client.trusted_metadata;
        if (!isFields(metadata)) return ok({});
        const { organization_id: external, roles } = metadata;
        return ok({
          ...(isText(external) ? { tenant: { external } } : {}),
          ...(isTextList(roles) ? { roles } : {}),
        });
      } catch (error) {
        const failure = failureOf(error);
        return failure.kind === "refused" && failure.status === 404
          ? reject("machine_inactive")
          : rejectionOf(error);
      }
    },

    connectedApp: ({ subject, tenant, scopes = [] }, tools) =>
      answered(async () => {
        const { member } = await api.call((sdk) =>
          sdk.organizations.members.dangerouslyGet({ member_id: subject }),
        );
        const isHere =
          tenant !== null && "external" in tenant && member.organization_id === tenant.external;
        if (!isHere || member.member_id !== subject || member.status !== "active") {
          throw new MemberGone();
        }
        // SECURITY: roles that come with SSO count only in a session that signed in with it.
        const roles = member.roles
          .filter(({ sources }) => sources.some(({ type }) => !type.startsWith("sso_")))
          .map(({ role_id: role }) => role);
        const known = await policy?.get(tools.nowMs());
        return {
          roles,
          permissions: known?.permissionsOf(roles) ?? [],
          scopes: known?.scopesOf(scopes) ?? scopes,
        };
      }),
  };
}

/** The member of a token that is still good is none any more. */
class MemberGone extends Error {
  readonly status_code = 404;
  readonly error_type = "member_not_found";
}

async function answered(work: () => Promise<Enrichment>): Promise<Result<Enrichment>> {
  try {
    return ok(await work());
  } catch (error) {
    return rejectionOf(error);
  }
}
