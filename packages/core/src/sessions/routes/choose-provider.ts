import { emailDomain } from "../../directory/email.ts";
import type { Connection, Tenant } from "../../directory/records.ts";
import type { InstanceProvider } from "../../tokens/provider-instance.ts";
import type { AskedTenant } from "../flow.ts";
import type { AuthRoutesDeps } from "./deps.ts";

/** What a sign-in was asked for. */
export interface SignInRequest {
  readonly tenant?: string | undefined;
  readonly provider?: string | undefined;
  readonly connection?: string | undefined;
  readonly email?: string | undefined;
}

/** Where to sign in. */
export type ProviderChoice =
  | {
      readonly kind: "chosen";
      readonly provider: InstanceProvider;
      readonly connectionId: string | null;
      readonly asked: AskedTenant | null;
    }
  /** An e-mail address would decide. `tried`: one was given and decided nothing. */
  | { readonly kind: "ask_email"; readonly tried: boolean }
  | { readonly kind: "refused"; readonly reason: string };

const SLUG = /^[a-z0-9][a-z0-9-]{0,62}$/;

/**
 * Chooses the provider and, where there is one, the customer's own connection: a named connection,
 * the tenant's, the one of the e-mail address's verified domain, else the default provider. Throws
 * when a store cannot answer.
 */
export async function chooseProvider(
  request: SignInRequest,
  deps: AuthRoutesDeps,
): Promise<ProviderChoice> {
  const named = deps.providers.find(({ instance }) => instance === request.provider);
  if (request.provider !== undefined && named?.login === undefined) {
    return refused("provider_unknown");
  }
  if (request.tenant !== undefined && !SLUG.test(request.tenant)) return refused("slug_malformed");
  const tenant =
    request.tenant === undefined ? null : await deps.directory.tenantBySlug(request.tenant);

  if (request.connection !== undefined) {
    const row = await deps.stores.connections.get(request.connection);
    const provider = row === null ? undefined : usable(row, named, deps);
    if (row === null || provider === undefined) return refused("connection_unknown");
    if (request.tenant !== undefined && row.tenantId !== tenant?.id) {
      return refused("connection_of_other_tenant");
    }
    return chosen(provider, row.id, askedFor(request, tenant, null));
  }

  const rows = await candidates(request, tenant, { named, deps });
  const [only, second] = rows;
  if (only !== undefined && second === undefined) {
    return chosen(only.provider, only.row.id, askedFor(request, tenant, null));
  }
  if (second !== undefined) return { kind: "ask_email", tried: request.email !== undefined };
  return withoutConnection(request, tenant, { named, deps });
}

interface Candidate {
  readonly row: Connection;
  readonly provider: InstanceProvider;
}

/** The connections that fit tenant and e-mail address. */
async function candidates(
  { email }: SignInRequest,
  tenant: Tenant | null,
  { named, deps }: { readonly named: InstanceProvider | undefined; readonly deps: AuthRoutesDeps },
): Promise<readonly Candidate[]> {
  // SECURITY: only the tenant that has *verified* a domain receives its people. A connection lists
  // domains too, and could otherwise draw another company's people to a sign-in page of its own.
  const byEmail = email === undefined ? null : await deps.directory.tenantByEmail(email);
  const owner = tenant ?? byEmail;
  if (owner === null) return [];
  const rows = await deps.stores.connections.listByTenant(owner.id);
  const fitting = rows.flatMap((row): readonly Candidate[] => {
    const provider = usable(row, named, deps);
    return provider === undefined ? [] : [{ row, provider }];
  });
  if (email === undefined || byEmail?.id !== owner.id) return tenant === null ? [] : fitting;
  const domain = emailDomain(email) ?? "";
  const ofDomain = fitting.filter(({ row }) => row.emailDomains.includes(domain));
  return ofDomain.length > 0 || tenant === null ? ofDomain : fitting;
}

/** A provider that is configured for everybody: the one named, the tenant's, the default one. */
async function withoutConnection(
  request: SignInRequest,
  tenant: Tenant | null,
  { named, deps }: { readonly named: InstanceProvider | undefined; readonly deps: AuthRoutesDeps },
): Promise<ProviderChoice> {
  const links = tenant === null ? [] : await deps.stores.links.listByLocal("tenant", tenant.id);
  const externalAt = (provider: InstanceProvider | undefined) =>
    links.find(({ instance }) => instance === provider?.instance)?.external ?? null;
  const byDefault = deps.providers.find(({ instance }) => instance === deps.defaultProvider);
  const linked = [byDefault, ...deps.providers].find(
    (provider) => provider?.login !== undefined && externalAt(provider) !== null,
  );
  const provider = named ?? linked ?? byDefault;
  if (provider?.login === undefined) {
    return { kind: "ask_email", tried: request.email !== undefined };
  }
  return chosen(provider, null, askedFor(request, tenant, externalAt(provider)));
}

function usable(
  row: Connection,
  named: InstanceProvider | undefined,
  deps: AuthRoutesDeps,
): InstanceProvider | undefined {
  if (!row.enabled || (named !== undefined && row.instance !== named.instance)) return undefined;
  return deps.providers.find(
    ({ instance, login }) => instance === row.instance && login !== undefined,
  );
}

function askedFor(
  { tenant: slug }: SignInRequest,
  tenant: Tenant | null,
  external: string | null,
): AskedTenant | null {
  return slug === undefined ? null : { slug, tenantId: tenant?.id ?? null, external };
}

function chosen(
  provider: InstanceProvider,
  connectionId: string | null,
  asked: AskedTenant | null,
): ProviderChoice {
  return { kind: "chosen", provider, connectionId, asked };
}

function refused(reason: string): ProviderChoice {
  return { kind: "refused", reason };
}
