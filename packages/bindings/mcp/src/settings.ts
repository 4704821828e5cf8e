import type { Auth } from "@tenantry/core/http";
import type { Log } from "@tenantry/core";
import type { McpOptions, PermissionScope, Settings } from "./options.ts";

const LOOPBACK: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "[::1]"]);
const PLACE = "{tenant}";
/** RFC 6749 §3.3. */
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

/** Checks what the types cannot. Throws `TypeError` naming the option. */
export function settingsOf<P extends string>(options: McpOptions<P>): Settings {
  const auth: Auth = options.auth;
  const resource = resourceUrl("resource", options.resource);
  const scopes: Readonly<Record<string, PermissionScope | undefined>> = options.permissions ?? {};
  const scopeOf = (permission: string) =>
    (Object.hasOwn(scopes, permission) ? scopes[permission]?.scope : undefined) ?? permission;
  checkScopes(auth, Object.keys(scopes), scopeOf);
  const allowUnboundTokens = options.allowUnboundTokens ?? false;
  checkBinding(auth, allowUnboundTokens);
  const log = options.log ?? errorsToConsole;
  return {
    auth,
    serverInfo: options.serverInfo,
    instructions: options.instructions,
    resource,
    ...tenantEndpoints(options.tenantResource, resource),
    scopeOf,
    baselineScopes: baseline(auth, options.baselineScopes),
    challenge: options.challenge ?? "union",
    authorizationServers: authorizationServers(auth, options),
    accept: [
      "mcp",
      ...(options.machines === "allow" ? (["m2m"] as const) : []),
      ...(options.apiKeys === "allow" ? (["api_key"] as const) : []),
    ],
    allowUnboundTokens,
    clientPolicy: options.clientPolicy ?? "allow",
    legacy: options.legacy ?? "stateless",
    strictAudit: options.audit?.mode === "strict",
    exposeErrors: options.errors?.expose ?? false,
    hosts: new Set([resource.hostname, ...(options.allowedHosts ?? [])]),
    origins: new Set([resource.origin, ...(options.allowedOrigins ?? []).map(exactOrigin)]),
    maxBodyBytes: positive("maxBodyBytes", options.maxBodyBytes ?? 1024 * 1024),
    maxStreamMs: positive("maxStreamSeconds", options.maxStreamSeconds ?? 3600) * 1000,
    recheckMs: positive("recheckSeconds", options.recheckSeconds ?? 15) * 1000,
    listTtlMs: (options.listTtlSeconds ?? 60) * 1000,
    log(event) {
      try {
        log(event);
      } catch {
        // A log that throws must not decide anything.
      }
    },
    nowMs: options.nowMs ?? Date.now,
  };
}

/** `URL.href` gives a bare host a slash that no token has as audience; so there must be a path. */
function resourceUrl(option: string, value: string): URL {
  if (!URL.canParse(value)) throw new TypeError(`Option "${option}" must be an address.`);
  const url = new URL(value);
  const isSecure =
    url.protocol === "https:" || (url.protocol === "http:" && LOOPBACK.has(url.hostname));
  if (!isSecure) throw new TypeError(`Option "${option}" must be https (http only on loopback).`);
  const isCanonical =
    url.href.replaceAll(encodeURI(PLACE), PLACE) === value &&
    url.pathname !== "/" &&
    !url.pathname.endsWith("/") &&
    url.search === "" &&
    url.hash === "" &&
    url.username === "";
  if (!isCanonical) {
    throw new TypeError(
      `Option "${option}" must have a path, lower-case host, and neither slash at the end nor query nor fragment.`,
    );
  }
  return url;
}

function tenantEndpoints(
  pattern: string | undefined,
  resource: URL,
): Pick<Settings, "tenantPath" | "tenantOrigin"> {
  if (pattern === undefined) return { tenantPath: null, tenantOrigin: resource.origin };
  const url = resourceUrl("tenantResource", pattern);
  const path = url.pathname.replaceAll(encodeURI(PLACE), PLACE);
  const [before, after, ...more] = path.split(PLACE);
  const isWhole = before?.endsWith("/") === true && (after === "" || after?.startsWith("/"));
  if (before === undefined || after === undefined || more.length > 0 || isWhole !== true) {
    throw new TypeError(
      'Option "tenantResource" must have {tenant} as one part of its path, once.',
    );
  }
  if (url.host !== resource.host) {
    throw new TypeError('Options "resource" and "tenantResource" must have the same host.');
  }
  return { tenantPath: { before, after }, tenantOrigin: url.origin };
}

function checkScopes(auth: Auth, named: readonly string[], scopeOf: (p: string) => string): void {
  const known: readonly string[] = auth.permissions.permissions;
  for (const permission of named) {
    const scope = scopeOf(permission);
    if (!known.includes(permission)) {
      throw new TypeError(`Option "permissions": "${permission}" is no permission.`);
    }
    // A challenge for a scope that does not bring the permission would be asked for without end.
    if (!SCOPE.test(scope) || !auth.permissions.bound([scope]).includes(permission)) {
      throw new TypeError(
        `Option "permissions": the scope "${scope}" does not stand for "${permission}". Map it in definePermissions({ claims: { permissions } }).`,
      );
    }
  }
}

/** SECURITY: honest about vendors that do not bind tokens: refuses to start rather than to pretend. */
function checkBinding(auth: Auth, allowed: boolean): void {
  const unbound = auth.mcpProviders.filter(({ facts }) => !facts.resourceBinding);
  if (allowed || unbound.length === 0 || unbound.length < auth.mcpProviders.length) return;
  throw new TypeError(
    `Tokens of ${unbound.map(({ instance }) => `"${instance}"`).join(", ")} are not bound to this resource: another server of the same account could use them here. Set "allowUnboundTokens" if that is acceptable.`,
  );
}

function baseline(auth: Auth, scopes: readonly string[]): readonly string[] {
  for (const scope of scopes) {
    // A client that asks for offline access does so of its own accord.
    if (!SCOPE.test(scope) || scope === "offline_access") {
      throw new TypeError(`Option "baselineScopes": "${scope}" is not for a resource to ask for.`);
    }
  }
  // An authorization server with a fixed list answers `invalid_scope` to all others, and no client gets in.
  const isFixed = auth.mcpProviders.some(({ facts }) => !facts.permissionScopes);
  const forTenant = auth.mcpProviders.flatMap(({ facts }) => facts.tenantScopes);
  return [...new Set([...forTenant, ...(isFixed ? [] : scopes)])];
}

function authorizationServers<P extends string>(
  auth: Auth,
  options: McpOptions<P>,
): readonly string[] {
  const servers =
    options.authorizationServers ??
    auth.mcpProviders.flatMap(({ facts }) => facts.authorizationServers);
  if (servers.length === 0) {
    throw new TypeError(
      'No provider has an authorization server for MCP clients. Give "authorizationServers" (RFC 9728 §2).',
    );
  }
  for (const server of servers) {
    if (!isIssuer(server)) {
      throw new TypeError(
        `Option "authorizationServers": "${server}" is no issuer. It must be an https address without query and fragment (RFC 8414 §2).`,
      );
    }
  }
  return [...new Set(servers)];
}

/** SECURITY: clients send people and codes there (CVE-2025-6514 was one that came as something else). */
function isIssuer(value: string): boolean {
  if (!URL.canParse(value) || /[?#]/.test(value)) return false;
  const { protocol, hostname, username } = new URL(value);
  const isSecure = protocol === "https:" || (protocol === "http:" && LOOPBACK.has(hostname));
  return isSecure && username === "";
}

function exactOrigin(origin: string): string {
  if (!URL.canParse(origin) || new URL(origin).origin !== origin) {
    throw new TypeError(`Option "allowedOrigins": "${origin}" is not an exact origin.`);
  }
  return origin;
}

function positive(option: string, value: number): number {
  if (!(Number.isFinite(value) && value > 0)) {
    throw new TypeError(`Option "${option}" must be a positive number.`);
  }
  return value;
}

const errorsToConsole: Log = (event) => {
  if (event.level === "error" || event.level === "warn") console.error(JSON.stringify(event));
};
