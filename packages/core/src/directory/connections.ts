import type { AuthContext } from "../context.ts";
import { AuthError } from "../errors.ts";
import { parseIp } from "../internal/ip-address.ts";
import type { OpenConnection } from "../provider/login-flow.ts";
import type { Sealer } from "../sessions/seal.ts";
import type { ConnectionStore, TenantStore } from "./ports.ts";
import type { Connection } from "./records.ts";

/** A customer's own identity provider, as an administrator enters it. */
export interface ConnectionInput {
  /** Chosen by the app; part of the callback address. Lower-case letters, digits and hyphens. */
  readonly id: string;
  /** The provider instance that speaks to it. */
  readonly instance: string;
  readonly issuer: string;
  readonly clientId: string;
  /** Must be verified domains of the tenant: its provider can assert any address. */
  readonly emailDomains: readonly string[];
  readonly enabled?: boolean;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Sealed before they are stored. */
  readonly secrets?: Readonly<Record<string, string>>;
}

/** What connections need. */
export interface ConnectionsDeps<P extends string> {
  readonly store: ConnectionStore;
  readonly tenants: TenantStore;
  readonly sealer: Sealer;
  readonly instances: readonly string[];
  /** The permission that an administrator needs. Missing: nobody may, from a request. */
  readonly permission: P | undefined;
}

const PURPOSE = "connection_secret";
const ID = /^[a-z0-9][a-z0-9-]{0,62}$/;
/** Stored secrets do not expire by themselves. */
const NEVER_MS = 253_402_300_799_000;

/** Customers' connections: an administrator writes them, an adapter reads them. */
export function createConnections<P extends string>(deps: ConnectionsDeps<P>) {
  const { store, tenants, sealer } = deps;

  /** SECURITY: the tenant is the administrator's own, from the context. There is no parameter for it. */
  function tenantOf(by: AuthContext<P>): string {
    const { permission } = deps;
    if (permission === undefined || by.tenant === null || !by.permissions.has(permission)) {
      throw new AuthError("permission_denied", { reason: "connection_admin_required" });
    }
    return by.tenant.id;
  }

  return {
    async put(by: AuthContext<P>, input: ConnectionInput): Promise<void> {
      const tenantId = tenantOf(by);
      const invalid = (reason: string) => new AuthError("request_invalid", { reason });
      if (!ID.test(input.id)) throw invalid("connection_id_malformed");
      if (!deps.instances.includes(input.instance)) throw invalid("connection_instance_unknown");
      if (!isIssuer(input.issuer)) throw invalid("connection_issuer_malformed");
      const tenant = await tenants.get(tenantId);
      const domains = input.emailDomains.map((domain) => domain.toLowerCase());
      const verified = (tenant?.domains ?? []).filter((d) => d.verified).map((d) => d.name);
      if (!domains.every((domain) => verified.includes(domain))) {
        throw invalid("connection_domain_not_verified");
      }
      const existing = await store.get(input.id);
      // An id that another tenant uses answers like one that was never free.
      if (existing !== null && existing.tenantId !== tenantId) throw invalid("connection_id_taken");
      // SECURITY: two tenants' profiles of one issuer could not be told apart, and the engine refuses
      // what it cannot tell apart: one tenant would switch off the other's tokens.
      const rows = await store.listByIssuer(input.instance, input.issuer);
      if (rows.some((row) => row.tenantId !== tenantId)) throw invalid("connection_taken");
      const stored = await store.put({
        id: input.id,
        instance: input.instance,
        tenantId,
        issuer: input.issuer,
        clientId: input.clientId,
        emailDomains: domains,
        enabled: input.enabled ?? true,
        settings: input.settings ?? {},
        sealedSecrets: await sealAll(input.id, input.secrets ?? {}),
      });
      if (!stored) throw invalid("connection_taken");
    },

    async remove(by: AuthContext<P>, id: string): Promise<void> {
      const tenantId = tenantOf(by);
      const existing = await store.get(id);
      if (existing?.tenantId !== tenantId) {
        throw new AuthError("tenant_not_found", { reason: "connection_foreign" });
      }
      await store.remove(id);
    },

    /** What an adapter of one instance may see: enabled connections of that instance, secrets opened. */
    reader(instance: string) {
      const own = (row: Connection) => row.enabled && row.instance === instance;
      return {
        async get(id: string): Promise<OpenConnection | null> {
          const row = await store.get(id);
          return row !== null && own(row) ? open(row) : null;
        },
        async byIssuer(issuer: string): Promise<readonly OpenConnection[]> {
          const rows = await store.listByIssuer(instance, issuer);
          return Promise.all(rows.filter(own).map(open));
        },
      };
    },
  };

  async function sealAll(id: string, secrets: Readonly<Record<string, string>>) {
    const sealed: Record<string, string> = {};
    for (const [name, secret] of Object.entries(secrets)) {
      const place = { expiresAtMs: NEVER_MS, aad: `${id}/${name}` };
      sealed[name] = await sealer.seal(PURPOSE, secret, place);
    }
    return sealed;
  }

  async function open(row: Connection): Promise<OpenConnection> {
    const secrets: Record<string, string> = {};
    for (const [name, text] of Object.entries(row.sealedSecrets)) {
      const secret = await sealer.open(PURPOSE, text, { aad: `${row.id}/${name}` });
      // A secret that no configured key opens is a mistake of the operator, not an empty secret.
      if (typeof secret !== "string") throw new Error("connection secret cannot be opened");
      secrets[name] = secret;
    }
    const { id, tenantId, issuer, clientId, emailDomains, settings } = row;
    return { id, tenantId, issuer, clientId, emailDomains, settings, secrets };
  }
}

/**
 * An https address without query, fragment or user name (OpenID Connect Discovery 1.0 §2), of a host
 * that could be on the Internet. Whether it is one, the guard on outgoing requests finds out.
 */
function isIssuer(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  const plain =
    !text.includes("?") && !text.includes("#") && url.username === "" && url.password === "";
  return (
    plain &&
    url.protocol === "https:" &&
    isInternetName(url.hostname) &&
    !url.pathname.includes("/.well-known/")
  );
}

/** A name with a dot, and neither an address nor this machine. IPv6 addresses have no dot here. */
function isInternetName(hostname: string): boolean {
  const name = hostname.endsWith(".") ? hostname.slice(0, -1) : hostname;
  return name.includes(".") && !name.endsWith(".localhost") && parseIp(name) === null;
}
