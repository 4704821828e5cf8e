import { ok, reject, type Enrichment, type Identity, type Result } from "@tenantry/core/provider";
import type { StytchApi } from "./api.ts";
import { createCached } from "./cached.ts";
import { readMember } from "./changes.ts";
import { isFields, isText, isTextList } from "./claims.ts";
import { failureOf, rejectionOf } from "./errors.ts";
import type { PolicySource } from "./policy.ts";

type Enrich = (identity: Identity, tools: { nowMs(): number }) => Promise<Result<Enrichment>>;

const RECORD_FRESH_MS = 60_000;

/** What tokens of each kind cannot say. Missing: nothing is asked for. */
export interface Enrichments {
  readonly session: Enrich | undefined;
  readonly machine: Enrich;
  readonly connectedApp: Enrich;
}

/** Makes {@link Enrichments}. Without a policy roles and scopes stand for nothing but themselves. */
export function createEnrichments(
  api: Pick<StytchApi, "read">,
  policy: PolicySource | null,
): Enrichments {
  const machines = createCached((id: string) => machineOf(api, id), { freshMs: RECORD_FRESH_MS });
  return {
    machine: async ({ subject }, tools) => {
      try {
        return await machines.get(subject, tools.nowMs());
      } catch (error) {
        return rejectionOf(error);
      }
    },
    session: policy === null ? undefined : rolesBy(policy),
    connectedApp: connectedAppBy(api, policy),
  };
}

function rolesBy(policy: PolicySource): Enrich {
  return async ({ roles = [], tenant }, tools) => {
    if (tenant === null || !("external" in tenant)) return ok({});
    try {
      const permissions = await policy.permissionsIn(tenant.external, roles, tools.nowMs());
      return ok({ permissions });
    } catch (error) {
      return rejectionOf(error);
    }
  };
}

/**
 * The roles of the member's record, and what the scopes stand for. While Stytch does not answer, the
 * roles are those that the directory knows, as for every token that names none.
 */
function connectedAppBy(api: Pick<StytchApi, "read">, policy: PolicySource | null): Enrich {
  const members = createCached((id: string) => memberOf(api, id), { freshMs: RECORD_FRESH_MS });
  return async ({ subject, tenant, scopes = [] }, tools) => {
    try {
      const known = await policy?.get(tools.nowMs());
      const bound = known?.scopesOf(scopes) ?? scopes;
      const member = await orNull(members.get(subject, tools.nowMs()));
      if (member === null) return ok({ scopes: bound });
      const isHere = tenant !== null && "external" in tenant && tenant.external === member.tenant;
      if (!isHere || !member.isActive) return reject("member_inactive");
      const { roles } = member;
      const permissions = await policy?.permissionsIn(member.tenant, roles, tools.nowMs());
      return ok({ roles, permissions: permissions ?? [], scopes: bound });
    } catch (error) {
      return rejectionOf(error);
    }
  };
}

interface MemberRecord {
  readonly tenant: string;
  readonly isActive: boolean;
  readonly roles: readonly string[];
}

async function memberOf(api: Pick<StytchApi, "read">, member_id: string): Promise<MemberRecord> {
  const { member } = await api.read((sdk) =>
    sdk.organizations.members.dangerouslyGet({ member_id }),
  );
  const read = member.member_id === member_id ? readMember(member, 0)?.membership : undefined;
  if (read?.kind !== "upsert" || read.entity !== "membership") {
    throw new Error("no such record");
  }
  const { tenant, status, roles = [] } = read.data;
  return { tenant, isActive: status === "active", roles };
}

/** Null when it could not be found out. */
async function orNull<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if (failureOf(error).kind === "unavailable") return null;
    throw error;
  }
}

/** A machine's tenant is what an administrator has written into its client's trusted metadata. */
async function machineOf(
  api: Pick<StytchApi, "read">,
  client_id: string,
): Promise<Result<Enrichment>> {
  try {
    const { m2m_client: client } = await api.read((sdk) => sdk.m2m.clients.get({ client_id }));
    // SECURITY: tokens outlive the client they were given to by up to an hour.
    if (client.client_id !== client_id || client.status !== "active") {
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
    if (failure.kind === "refused" && failure.status === 404) return reject("machine_inactive");
    throw error;
  }
}
