import type { AuthContext } from "../context.ts";
import type { ClientStore, Listing, ListOptions } from "../directory/ports.ts";
import type { ClientRule } from "../directory/records.ts";
import { AuthError } from "../errors.ts";
import type { Clock } from "../internal/clock.ts";
import { clientHosts, type ClientLookup } from "./client-hosts.ts";

/** What happens with a client that no rule of the tenant names. */
export type UnlistedClients = "allow" | "ask" | "deny";

/** What a tenant says about the client behind a request. `pending`: its administrator has to decide. */
export type ClientVerdict = "allowed" | "denied" | "pending";

/** Whom a rule is about. */
export type ClientSubject =
  | { readonly kind: "client"; readonly instance: string; readonly clientId: string }
  /** The host of a client's metadata document, or of its redirect addresses. */
  | { readonly kind: "host"; readonly host: string }
  /** All clients that no other rule names. */
  | { readonly kind: "default" };

/** A client in a tenant: of a request's context, or of one that asks for consent. */
export interface ClientInTenant {
  readonly tenant: { readonly id: string } | null;
  readonly credential: { readonly clientId?: string };
  readonly provider: { readonly instance: string };
}

/** Rules about OAuth clients, each tenant's own. */
export interface ClientRules<P extends string> {
  /**
   * Whether the client of this request may act in its tenant. The rule of the client itself decides;
   * then rules of its hosts, where a denial outweighs; then the tenant's default; then `unlisted`.
   * With `ask` the client is put on the tenant's list as pending. Throws what a store throws, and
   * when a host had to be asked of a vendor that does not answer.
   */
  check(context: ClientInTenant, unlisted: UnlistedClients): Promise<ClientVerdict>;
  /** The rules of the administrator's own tenant, pending ones among them. Throws `AuthError` `permission_denied`. */
  list(by: AuthContext<P>, options?: ListOptions): Promise<Listing<ClientRule>>;
  /** Decides. Throws `AuthError` `permission_denied`, or `request_invalid` for what is no subject. */
  decide(by: AuthContext<P>, subject: ClientSubject, decision: "allow" | "deny"): Promise<void>;
  /** Forgets a rule. Throws `AuthError` `permission_denied`. */
  forget(by: AuthContext<P>, subject: ClientSubject): Promise<void>;
}

/** What the rules need. */
export interface ClientRulesDeps<P extends string> {
  readonly store: ClientStore;
  readonly nowMs: Clock;
  readonly permission: P | undefined;
  readonly lookup: ClientLookup;
  readonly decided: (by: AuthContext<P>, subject: string, decision: string) => Promise<void>;
}

/** More than anybody decides on; further ones are refused all the same and not kept. */
const MAX_PENDING = 100;
const PAGE = 1000;
const HOST = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/;

/** Makes {@link ClientRules}. */
export function createClientRules<P extends string>(deps: ClientRulesDeps<P>): ClientRules<P> {
  const { store, nowMs } = deps;

  /** SECURITY: the tenant is the administrator's own, from the context. There is no parameter for it. */
  function adminOf(by: AuthContext<P>): { readonly tenantId: string; readonly id: string } {
    const { permission } = deps;
    const isPerson = by.principal.kind === "user" && by.actors.length === 0;
    // SECURITY: an agent must not be able to approve itself, whatever its person may do.
    const may = permission !== undefined && by.permissions.has(permission) && isPerson;
    if (!may || by.tenant === null) {
      throw new AuthError("permission_denied", { reason: "client_admin_required" });
    }
    return { tenantId: by.tenant.id, id: by.principal.id };
  }

  async function rulesOf(tenantId: string): Promise<readonly ClientRule[]> {
    const rules: ClientRule[] = [];
    let cursor: string | undefined;
    do {
      const page = await store.listByTenant(tenantId, {
        limit: PAGE,
        ...(cursor === undefined ? {} : { cursor }),
      });
      rules.push(...page.items);
      cursor = page.next;
    } while (cursor !== undefined);
    return rules;
  }

  /** The decision of the rules about the client's hosts, null if there is none. */
  async function byHost(
    rules: readonly ClientRule[],
    client: { readonly instance: string; readonly clientId: string },
  ): Promise<"allow" | "deny" | null> {
    const ofHosts = new Map(
      rules
        .filter(({ subject }) => subject.startsWith("host:"))
        .map(({ subject, decision }) => [subject.slice("host:".length), decision]),
    );
    if (ofHosts.size === 0) return null;
    const hosts = await clientHosts(client, deps.lookup);
    const decisions = hosts.map((host) => ofHosts.get(host));
    if (decisions.includes("deny")) return "deny";
    // SECURITY: all of them. One address at an allowed host must not vouch for another elsewhere.
    return hosts.length > 0 && decisions.every((one) => one === "allow") ? "allow" : null;
  }

  return {
    async check(context, unlisted) {
      const { tenant, credential, provider } = context;
      // Without a tenant there is nobody's data to keep it from.
      if (tenant === null) return "allowed";
      const { clientId } = credential;
      // A token that does not say which client it was given to can be nobody's allowed one.
      if (clientId === undefined) return unlisted === "allow" ? "allowed" : "denied";
      const { instance } = provider;
      const subject = subjectText({ kind: "client", instance, clientId });
      const own = await store.get(tenant.id, subject);
      if (own !== null && own.decision !== "pending") return verdictOf(own.decision);

      const rules = await rulesOf(tenant.id);
      const host = await byHost(rules, { instance, clientId });
      if (host !== null) return verdictOf(host);
      const tenants = rules.find((rule) => rule.subject === "default")?.decision;
      const rest = tenants === undefined || tenants === "pending" ? unlisted : tenants;
      if (rest !== "ask") return verdictOf(rest);

      const waiting = rules.filter((rule) => rule.decision === "pending").length;
      if (own === null && waiting < MAX_PENDING) {
        await store.add({
          tenantId: tenant.id,
          subject,
          decision: "pending",
          firstSeenAtMs: nowMs(),
          decidedAtMs: null,
          decidedBy: null,
        });
      }
      return "pending";
    },

    async list(by, options) {
      return store.listByTenant(adminOf(by).tenantId, options);
    },

    async decide(by, about, decision) {
      const { tenantId, id } = adminOf(by);
      const subject = checkedSubject(about);
      const known = await store.get(tenantId, subject);
      await store.put({
        tenantId,
        subject,
        decision,
        firstSeenAtMs: known?.firstSeenAtMs ?? nowMs(),
        decidedAtMs: nowMs(),
        decidedBy: id,
      });
      await deps.decided(by, subject, decision);
    },

    async forget(by, about) {
      const subject = checkedSubject(about);
      await store.remove(adminOf(by).tenantId, subject);
      await deps.decided(by, subject, "forgotten");
    },
  };
}

function verdictOf(decision: "allow" | "deny"): ClientVerdict {
  return decision === "allow" ? "allowed" : "denied";
}

function checkedSubject(subject: ClientSubject): string {
  const isWellFormed =
    subject.kind === "default" ||
    (subject.kind === "host" && HOST.test(subject.host)) ||
    (subject.kind === "client" && subject.clientId.length > 0 && subject.clientId.length <= 2048);
  if (!isWellFormed) throw new AuthError("request_invalid", { reason: "client_subject_malformed" });
  return subjectText(subject);
}

/** Instances have no colon, so the parts stay apart. */
function subjectText(subject: ClientSubject): string {
  if (subject.kind === "default") return "default";
  return subject.kind === "host"
    ? `host:${subject.host}`
    : `client:${subject.instance}:${subject.clientId}`;
}
