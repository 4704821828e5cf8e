import type { Registered } from "./registered.ts";
import type { Registry } from "./registry.ts";
import type { Settings } from "./options.ts";

/** One registration, for people who review a server. */
export interface InspectedEntry {
  readonly kind: Registered["kind"];
  readonly name: string;
  /** Null: tenantless. */
  readonly permissions: readonly string[] | null;
  /** Scopes that an OAuth client needs for it. */
  readonly scopes: readonly string[];
  /** Roles of the app that have the permissions. */
  readonly roles: readonly string[];
  /** Roles of the app for which it does not exist. */
  readonly refusedTo: readonly string[];
  /** Why it is tenantless, the address it is at, and what else a reviewer asks. */
  readonly notes: readonly string[];
}

/** Something that is probably a mistake, or weaker than it could be. */
export interface Finding {
  readonly level: "warning" | "info";
  readonly about: string;
  readonly message: string;
}

/** A whole server. */
export interface Inspection {
  readonly resource: string;
  readonly tenantResource: string | null;
  readonly authorizationServers: readonly string[];
  readonly accepts: readonly string[];
  readonly entries: readonly InspectedEntry[];
  readonly findings: readonly Finding[];
}

/** Looks at what is registered. What must not be is refused at registration already. */
export function inspect(registry: Registry, settings: Settings): Inspection {
  const { auth, resource, tenantPath, tenantOrigin } = settings;
  const entries = registry.all().map((entry) => inspectEntry(entry, settings));
  return {
    resource: `${resource.origin}${resource.pathname}`,
    tenantResource:
      tenantPath === null ? null : `${tenantOrigin}${tenantPath.before}{tenant}${tenantPath.after}`,
    authorizationServers: settings.authorizationServers,
    accepts: settings.accept,
    entries,
    findings: [
      ...entries.flatMap((entry) => findingsOf(entry)),
      ...auth.mcpProviders
        .filter(({ facts }) => !facts.resourceBinding)
        .map(({ instance }): Finding => {
          const message = settings.allowUnboundTokens
            ? "its tokens are not bound to this resource, and they are accepted: another server of the same vendor account could use them here"
            : "its tokens are not bound to this resource, and they are refused";
          return { level: "warning", about: instance, message };
        }),
    ],
  };
}

function inspectEntry(entry: Registered, { auth, scopeOf }: Settings): InspectedEntry {
  const { kind, name, permissions } = entry;
  const needed = permissions ?? [];
  const roles = auth.permissions.roles.filter((role) => {
    const granted: readonly string[] = auth.permissions.grants([role]);
    return needed.every((permission) => granted.includes(permission));
  });
  return {
    kind,
    name,
    permissions,
    scopes: needed.map(scopeOf),
    roles: permissions === null ? [] : roles,
    refusedTo: auth.permissions.roles.filter((role) => !roles.includes(role)),
    notes: notesOf(entry),
  };
}

function notesOf(entry: Registered): readonly string[] {
  if (entry.kind === "resource") return [entry.uri];
  if (entry.kind === "template") {
    const tenant = entry.tenantInUri
      ? "{tenant} must equal the tenant"
      : "the address names no tenant";
    return [entry.uriTemplate, tenant];
  }
  const reason = entry.kind === "tool" ? entry.reason : null;
  return [
    ...(reason === null ? [] : [`tenantless: ${reason}`]),
    ...(entry.comparesTenant ? ["an argument must equal the tenant"] : []),
  ];
}

function findingsOf({ kind, name, permissions, roles }: InspectedEntry): readonly Finding[] {
  const about = `${kind} ${name}`;
  if (permissions === null) {
    return [{ level: "info", about, message: "everybody who is signed in may call it" }];
  }
  // Permissions may also come from the vendor, so this is no certainty.
  return roles.length > 0
    ? []
    : [{ level: "warning", about, message: `no role has ${permissions.join(" and ")}` }];
}
