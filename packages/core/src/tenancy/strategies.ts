import type { AuthRequest } from "../request/request.ts";

/** What a request says about its tenant in one place. */
export type TenantHint =
  | { readonly kind: "none" }
  /** A slug, well-formed; whether it exists is not known yet. */
  | { readonly kind: "named"; readonly slug: string }
  /** The place names a tenant in a way the router may read differently. Always refused as not found. */
  | { readonly kind: "malformed" };

/** One place where a request may name a tenant. */
export interface TenantStrategy {
  readonly name: string;
  /** Pure. `host` is the trusted public host name without port, null if the request has no usable one. */
  read(request: AuthRequest, host: string | null): TenantHint;
}

const SLUG = /^[a-z0-9][a-z0-9-]{0,62}$/;
const NONE: TenantHint = { kind: "none" };
const MALFORMED: TenantHint = { kind: "malformed" };

/** Whether a text can be a tenant's slug. */
export function isSlug(text: string): boolean {
  return SLUG.test(text);
}

/** The hint for a value that is there: a slug, or something that is refused. */
export function hintFrom(value: string): TenantHint {
  return SLUG.test(value) ? { kind: "named", slug: value } : MALFORMED;
}

/**
 * Tenants in the path: `pathTenant("/t/:tenant")`. Throws `TypeError` for a pattern without exactly
 * one `:tenant` segment.
 *
 * Paths that a router could read as this pattern, but that are not written plainly (`//`, `%2f`,
 * `;`, other letter case, dot segments), are malformed rather than tenant-less: the check and the
 * router must never disagree about the tenant.
 */
export function pathTenant(pattern: string): TenantStrategy {
  const wanted = pattern.split("/").slice(1);
  const position = wanted.indexOf(":tenant");
  if (
    !pattern.startsWith("/") ||
    position === -1 ||
    wanted.filter((s) => s.startsWith(":")).length !== 1
  ) {
    throw new TypeError(`pathTenant("${pattern}") must look like "/t/:tenant".`);
  }
  const literals = wanted.slice(0, position);
  return {
    name: "path",
    read(request) {
      const path = pathOf(request.target);
      // Some routers find a path in `http://host/t/acme` as well (RFC 9112 §3.2.2).
      if (!path.startsWith("/")) return MALFORMED;
      const segments = path.split("/").slice(1);
      if (!literals.every((literal, index) => segments[index] === literal)) {
        return lenientTenant(path, literals) === undefined ? NONE : MALFORMED;
      }
      const segment = segments[position];
      if (segment === undefined || (segment === "" && position === segments.length - 1))
        return NONE;
      // SECURITY: `/t/acme/../globex` begins with one tenant and ends in another.
      const mayClimb = path.includes("..") || path.includes("%");
      if (mayClimb && lenientTenant(path, literals) !== segment) return MALFORMED;
      return hintFrom(segment);
    },
  };
}

/** The tenant that a lenient router could read from this path, undefined if it would see none. */
function lenientTenant(path: string, literals: readonly string[]): string | undefined {
  let text = path;
  for (let round = 0; round < 3; round++) {
    const decoded = decode(text);
    if (decoded === text) break;
    text = decoded;
  }
  const segments: string[] = [];
  for (const raw of text.replaceAll("\\", "/").split("/")) {
    const segment = (raw.split(";")[0] ?? "").trim().toLowerCase();
    if (segment === "..") segments.pop();
    else if (segment !== "" && segment !== ".") segments.push(segment);
  }
  const isMatch = literals.every((literal, index) => segments[index] === literal.toLowerCase());
  return isMatch ? segments[literals.length] : undefined;
}

function decode(text: string): string {
  return text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

function pathOf(target: string): string {
  const end = target.search(/[?#]/);
  return end === -1 ? target : target.slice(0, end);
}

/**
 * Tenants as subdomains: `hostTenant("{tenant}.app.example.com")`. The bare parent domain names no
 * tenant; any other host is malformed. Throws `TypeError` for another pattern.
 */
export function hostTenant(pattern: string): TenantStrategy {
  const parent = pattern.startsWith("{tenant}.") ? pattern.slice("{tenant}.".length) : "";
  if (!/^[a-z0-9.-]+$/.test(parent)) {
    throw new TypeError(
      `hostTenant("${pattern}") must look like "{tenant}.app.example.com", lower case.`,
    );
  }
  return {
    name: "host",
    read(_request, host) {
      if (host === parent) return NONE;
      if (host === null || !host.endsWith(`.${parent}`)) return MALFORMED;
      return hintFrom(host.slice(0, -(parent.length + 1)));
    },
  };
}

/** Tenants in a header of API clients: `headerTenant("x-tenant")`. Sent twice, it is malformed. */
export function headerTenant(name: string): TenantStrategy {
  const lower = name.toLowerCase();
  return {
    name: "header",
    read(request) {
      const values = request.header(lower);
      const [value] = values;
      if (value === undefined) return NONE;
      return values.length === 1 ? hintFrom(value) : MALFORMED;
    },
  };
}
