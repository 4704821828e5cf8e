import { isText } from "./claims.ts";

/** Permissions of Clerk's own screens. Its API lists them, its tokens never do. */
const SYSTEM = "org:sys_";
const ROLE = "org:";

/** The role as the app knows it: `org:admin` and `admin` are one. */
export function roleName(role: string): string {
  return role.startsWith(ROLE) ? role.slice(ROLE.length) : role;
}

/**
 * The permissions that tokens and lists both have.
 *
 * @see {@link https://clerk.com/docs/guides/organizations/control-access/roles-and-permissions System permissions}
 */
export function withoutSystem(permissions: readonly string[]): readonly string[] {
  return permissions.filter((permission) => !permission.startsWith(SYSTEM));
}

/**
 * Unpacks the permissions of a session token of version 2: `per` names them, and the i-th number of
 * `fpm` has a bit for each name, lowest first, for the i-th *organization's* feature of `fea`. The
 * documents count all features; the vendor's own decoder (`@clerk/shared`, `jwtPayloadParser`) and
 * this one count those of organizations. Null for what cannot be read: nothing is granted by guess.
 */
export function unpackPermissions(claims: {
  readonly fea: unknown;
  readonly per: unknown;
  readonly fpm: unknown;
}): readonly string[] | null {
  const features = listOf(claims.fea)?.map(featureOf);
  const names = listOf(claims.per);
  const masks = listOf(claims.fpm);
  if (features === undefined || names === undefined || masks === undefined) return null;
  if (features.includes(null)) return null;
  const ofOrganization = features.flatMap((feature) =>
    feature !== null && feature.scope.includes("o") ? [feature.name] : [],
  );
  if (masks.length > ofOrganization.length) return null;
  const granted: string[] = [];
  for (const [index, text] of masks.entries()) {
    const feature = ofOrganization[index] ?? "";
    // A mask outgrows what a number can hold exactly.
    if (!/^\d{1,100}$/.test(text)) return null;
    const mask = BigInt(text);
    // SECURITY: a bit without a name means that we do not understand the packing.
    if (mask >> BigInt(names.length) !== 0n) return null;
    for (const [bit, name] of names.entries()) {
      if ((mask >> BigInt(bit)) & 1n) granted.push(`org:${feature}:${name}`);
    }
  }
  return withoutSystem(granted);
}

/** A comma list; an absent one is empty. Undefined for another shape. */
function listOf(claim: unknown): readonly string[] | undefined {
  if (claim === undefined || claim === "") return [];
  if (!isText(claim)) return undefined;
  const items = claim.split(",");
  return items.every((item) => item !== "") ? items : undefined;
}

/** `o:dashboard`; the scope is any of `o`, `u`, `uo` and `ou`. */
function featureOf(entry: string): { readonly scope: string; readonly name: string } | null {
  const match = /^(o|u|uo|ou):([^:]+)$/.exec(entry);
  const [, scope = "", name = ""] = match ?? [];
  return match === null ? null : { scope, name };
}
