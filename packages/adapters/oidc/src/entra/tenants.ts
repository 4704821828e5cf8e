/**
 * The Entra ID tenants that a registration accepts. Each is exactly two issuers: one writes version
 * 2.0 tokens, the other version 1.0 tokens.
 *
 * @see {@link https://learn.microsoft.com/en-us/entra/identity-platform/access-tokens#validate-the-issuer Validate the issuer}
 */
export interface EntraTenants {
  /** Where people sign in, such as `https://login.microsoftonline.com`. */
  readonly authority: string;
  /** Ids, in lower case. */
  readonly ids: readonly string[];
  /** People of all of them come by one address, so an answer does not say beforehand whose it is. */
  readonly isShared: boolean;
}

const TENANT = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const SHARED = ["organizations", "common"];
/** The "tenant" of everybody's personal account: its people have nothing in common. */
const PERSONAL_ACCOUNTS = "9188040d-6c67-4c5b-b112-36a304b66dad";
/** Issuers of version 1.0 tokens do not share the host of the authority. */
const V1_ISSUERS: Readonly<Record<string, string>> = {
  "https://login.partner.microsoftonline.cn": "https://sts.chinacloudapi.cn",
};
const V1_ISSUER = "https://sts.windows.net";

/** Whether a text is the id of a tenant that can be a customer. */
export function isEntraTenant(text: string): boolean {
  return TENANT.test(text) && text !== PERSONAL_ACCOUNTS;
}

/**
 * Reads the issuer of an Entra ID registration: the one of a tenant, or the address that `listed`
 * tenants share. Null if it is neither, or if the list is missing or where it says nothing.
 */
export function entraTenants(
  issuer: string,
  listed: readonly string[] | undefined,
): EntraTenants | null {
  const url = URL.parse(issuer);
  if (url === null) return null;
  const { origin: authority, pathname } = url;
  const [, place = "", version, more] = pathname.split("/");
  if (version !== "v2.0" || more !== undefined || issuer !== `${authority}${pathname}`) return null;
  if (isEntraTenant(place)) {
    return listed === undefined ? { authority, ids: [place], isShared: false } : null;
  }
  // SECURITY: without a list everybody with any Microsoft tenant could sign in.
  if (!SHARED.includes(place) || listed === undefined || listed.length === 0) return null;
  return { authority, ids: listed, isShared: true };
}

/** The issuer under which a tenant is known here: that of version 2.0 tokens. */
export function entraIssuer({ authority }: Pick<EntraTenants, "authority">, id: string): string {
  return `${authority}/${id}/v2.0`;
}

/** Both issuers of a tenant. */
export function entraIssuersOf(tenants: EntraTenants, id: string): readonly string[] {
  const v1 = V1_ISSUERS[tenants.authority] ?? V1_ISSUER;
  return [entraIssuer(tenants, id), `${v1}/${id}/`];
}

/** The listed tenant that an issuer belongs to, by comparing whole texts; undefined for any other. */
export function entraTenantOf(tenants: EntraTenants, issuer: string): string | undefined {
  // SECURITY: never by pattern. What is not listed does not exist.
  return tenants.ids.find((id) => entraIssuersOf(tenants, id).includes(issuer));
}

/** What the metadata at a shared address calls its issuer; undefined for any other address. */
export function entraTemplate(issuer: string): string | undefined {
  const { origin, pathname } = new URL(issuer);
  return SHARED.some((place) => pathname === `/${place}/v2.0`)
    ? `${origin}/{tenantid}/v2.0`
    : undefined;
}
