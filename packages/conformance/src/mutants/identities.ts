import type { Identity } from "@tenantry/core/provider";
import { PERMISSIONS } from "../app/catalogue.ts";
import { setAt } from "../scene/specimen.ts";
import { createLedger } from "./ledger.ts";
import type { AdapterMutant } from "./mutant.ts";
import { withIdentities, withProfiles, withProvider, type Reach } from "./wrap.ts";

/** An adapter that says something wrong about people and machines. State belongs to one vendor. */
function wrongIdentity(
  mutant: Pick<AdapterMutant, "id" | "defect" | "fails" | "mayFail">,
  make: () => (identity: Identity) => Identity,
  reach?: readonly Reach[],
): AdapterMutant {
  return { ...mutant, spreads: true, spoil: (started) => withIdentities(started, make(), reach) };
}

const externalOf = ({ tenant }: Identity) =>
  tenant !== null && "external" in tenant ? tenant.external : null;

/** Adapters that mix up tenants, people and roles. */
export const identityMutants: readonly AdapterMutant[] = [
  wrongIdentity(
    {
      id: "tenants-are-one",
      defect: "It maps every organization to one tenant.",
      fails: [
        "tenancy.token.own",
        "tenancy.token.foreign",
        "tenancy.distinct",
        "tenancy.session.foreign",
        "machine.tenant",
        "machine.foreign",
        "machine.opaque.honest",
      ],
      mayFail: [
        "login.honest",
        "login.tenant.hint",
        "sessions.refresh.honest",
        "sessions.refresh.single",
        "sessions.refresh.outage",
        "attacks.rotation-races",
      ],
    },
    () => (identity) =>
      identity.tenant === null
        ? identity
        : { ...identity, tenant: { external: "the-one", slug: "the-one", name: "One" } },
  ),
  wrongIdentity(
    {
      id: "tenants-are-tidied",
      defect: "It trims organization ids and ignores their case.",
      fails: ["tenancy.token.malformed"],
    },
    () => (identity) => {
      const external = externalOf(identity);
      if (external === null) return identity;
      const { tenant } = identity;
      const tidy = external.replaceAll("\u0000", "").trim().toLowerCase();
      return { ...identity, tenant: { ...tenant, external: tidy } };
    },
  ),
  wrongIdentity(
    {
      id: "tenants-are-guessed",
      defect: "It puts whoever names no tenant into the one it saw last.",
      fails: ["tenancy.token.none", "machine.unbound"],
    },
    () => {
      let last: Identity["tenant"] = null;
      return (identity) => {
        last = identity.tenant ?? last;
        return { ...identity, tenant: last };
      };
    },
    ["tokens", "sign-in", "refresh"],
  ),
  {
    id: "tenants-of-keys-are-guessed",
    defect: "It puts an opaque credential of no tenant into the tenant of the last one.",
    fails: ["machine.opaque.unbound"],
    spoil(started) {
      let [last, count]: [Identity["tenant"], number] = [null, 0];
      const guess = (identity: Identity): Identity => {
        if (identity.tenant === null && last !== null) count += 1;
        last = identity.tenant ?? last;
        return { ...identity, tenant: last };
      };
      return started.opaque === undefined
        ? null
        : { ...withIdentities(started, guess, ["opaque"]), tookHold: () => count > 0 };
    },
  },
  wrongIdentity(
    {
      id: "tenants-stick",
      defect: "It keeps people and machines in the first tenant it ever saw them in.",
      fails: [
        "tenancy.token.own",
        "tenancy.session.own",
        "tokens.interleaved",
        "sessions.switch.own",
      ],
      mayFail: [
        "login.honest",
        "login.tenant.hint",
        "sessions.refresh.honest",
        "sessions.refresh.single",
        "sessions.refresh.outage",
        "attacks.rotation-races",
      ],
    },
    () => {
      const first = new Map<string, Identity["tenant"]>();
      return (identity) => {
        if (!first.has(identity.subject)) first.set(identity.subject, identity.tenant);
        return { ...identity, tenant: first.get(identity.subject) ?? null };
      };
    },
  ),
  wrongIdentity(
    {
      id: "tenants-of-machines-stick",
      defect: "It takes all machines to be of the first machine's tenant.",
      fails: ["machine.tenant", "machine.foreign"],
    },
    () => {
      let first: Identity["tenant"] = null;
      return (identity) => {
        if (identity.kind !== "service") return identity;
        first ??= identity.tenant;
        return { ...identity, tenant: first };
      };
    },
    ["tokens"],
  ),
  wrongIdentity(
    {
      id: "tenants-by-local-id",
      defect: "It takes an organization id that looks like one of ours for ours.",
      fails: ["attacks.external-ids"],
    },
    () => (identity) => {
      const external = externalOf(identity);
      return external?.startsWith("tnt_") === true
        ? { ...identity, tenant: { local: external } }
        : identity;
    },
  ),
  wrongIdentity(
    {
      id: "tenants-by-person",
      defect: "It gives each person a tenant of their own.",
      fails: ["tenancy.stable"],
      mayFail: [
        "login.honest",
        "login.tenant.hint",
        "sessions.refresh.honest",
        "sessions.refresh.single",
        "sessions.refresh.outage",
        "attacks.rotation-races",
      ],
    },
    () => (identity) => {
      const external = externalOf(identity);
      return external === null
        ? identity
        : { ...identity, tenant: { external: `${external} of ${identity.subject}` } };
    },
  ),
  wrongIdentity(
    {
      id: "people-are-always-new",
      defect: "It takes everybody who signs in for somebody new.",
      fails: ["login.person.stable"],
      mayFail: [
        "sessions.backchannel.forged",
        "sessions.backchannel.twice",
        "sessions.refresh.honest",
        "sessions.refresh.single",
        "sessions.refresh.outage",
        "attacks.rotation-races",
      ],
    },
    () => {
      let count = 0;
      return (identity) => {
        count += 1;
        return { ...identity, subject: `${identity.subject} ${count}` };
      };
    },
    ["sign-in"],
  ),
  wrongIdentity(
    {
      id: "people-are-their-tenant",
      defect: "It names people by their tenant.",
      fails: ["tokens.person.distinct", "login.person.distinct", "attacks.crossed-people"],
      mayFail: [
        "sessions.backchannel.forged",
        "sessions.backchannel.twice",
        "sessions.refresh.honest",
        "sessions.refresh.single",
        "sessions.refresh.outage",
        "attacks.rotation-races",
      ],
    },
    () => (identity) => ({ ...identity, subject: externalOf(identity) ?? identity.subject }),
  ),
  wrongIdentity(
    {
      id: "people-are-their-address",
      defect: "At sign-in it names people by their e-mail address.",
      fails: ["login.person.email", "tokens.person.same"],
      mayFail: ["sessions.backchannel.forged", "sessions.backchannel.twice"],
    },
    () => (identity) => ({ ...identity, subject: identity.email?.value ?? identity.subject }),
    ["sign-in", "refresh"],
  ),
  wrongIdentity(
    {
      id: "addresses-are-cut",
      defect: "It names people by the part of their address that it understands.",
      fails: ["attacks.address-tricks", "login.person.email"],
      mayFail: ["sessions.backchannel.forged", "sessions.backchannel.twice"],
    },
    () => (identity) => {
      const address = identity.email?.value.replaceAll('"', "").toLowerCase() ?? "";
      const [name, host] = address.split("@");
      return { ...identity, subject: host === undefined ? identity.subject : `${name}@${host}` };
    },
    ["sign-in", "refresh"],
  ),
  wrongIdentity(
    {
      id: "addresses-are-believed",
      defect: "It calls every e-mail address verified.",
      fails: ["login.email.unverified"],
    },
    () => (identity) =>
      identity.email === undefined
        ? identity
        : { ...identity, email: { ...identity.email, verified: true } },
  ),
  wrongIdentity(
    {
      id: "machines-are-people",
      defect: "It takes machines for people.",
      fails: ["machine.tenant", "machine.distinct"],
      mayFail: ["tokens.honest"],
    },
    () => (identity) => ({ ...identity, kind: "user" }),
    ["tokens"],
  ),
  wrongIdentity(
    {
      id: "machines-are-one",
      defect: "It gives all machines one name.",
      fails: ["machine.distinct"],
    },
    () => (identity) =>
      identity.kind === "service" ? { ...identity, subject: "the-machine" } : identity,
    ["tokens"],
  ),
  wrongIdentity(
    {
      id: "roles-stick",
      defect: "It remembers the first roles of a person and never looks again.",
      fails: ["permissions.role.tenant", "permissions.role.changed", "sessions.refresh.roles"],
    },
    () => {
      const first = new Map<string, readonly string[] | undefined>();
      return ({ roles: now, ...identity }) => {
        if (!first.has(identity.subject)) first.set(identity.subject, now);
        const roles = first.get(identity.subject);
        return roles === undefined ? identity : { ...identity, roles };
      };
    },
  ),
  wrongIdentity(
    {
      id: "roles-unknown-are-admin",
      defect: "It takes a role that it does not know for an administrator's.",
      fails: ["permissions.role.unknown"],
    },
    () => (identity) => ({
      ...identity,
      ...(identity.roles === undefined
        ? {}
        : {
            roles: identity.roles.map((role) =>
              ["admin", "editor", "viewer"].includes(role) ? role : "admin",
            ),
          }),
    }),
  ),
  wrongIdentity(
    {
      id: "roles-are-all-admin",
      defect: "It calls everybody an administrator.",
      fails: [
        "permissions.role.session",
        "permissions.role.token",
        "permissions.role.tenant",
        "permissions.role.unknown",
        "permissions.role.changed",
        "sessions.refresh.roles",
        "sessions.switch.own",
      ],
    },
    () => (identity) => ({ ...identity, roles: ["admin"] }),
  ),
  wrongIdentity(
    {
      id: "actors-are-dropped",
      defect: "It does not say that somebody else acts.",
      fails: ["login.impersonation"],
    },
    () => (identity) => ({ ...identity, actors: [] }),
  ),
  {
    id: "tenants-from-headers",
    defect: "It believes a header about the tenant.",
    fails: ["attacks.acted-on-another"],
    spoil(honest) {
      const ledger = createLedger(honest);
      return {
        started: ledger.started,
        defects: {
          async request(request) {
            const wanted = request.headers.get("x-organization-id");
            const token = /^Bearer (\S+)$/.exec(request.headers.get("authorization") ?? "")?.[1];
            const made = ledger.find(token ?? "");
            const path = honest.tokens.kinds[made?.wish?.kind ?? "id"]?.tenant ?? null;
            if (wanted === null || made === undefined || path === null) return request;
            const claims = setAt(made.claims, path, wanted);
            const headers = new Headers(request.headers);
            headers.set("authorization", `Bearer ${await ledger.sign({ ...made, claims })}`);
            return new Request(request.url, { method: request.method, headers });
          },
        },
      };
    },
  },
  {
    id: "audience-may-be-missing",
    defect: "It takes a token that names nobody for one that is meant for it.",
    fails: ["tokens.audience.missing"],
    spoil: (started) =>
      withProvider(
        started,
        withProfiles(started.provider, (profile) => {
          const { required = [], audience } = profile.rules;
          return {
            ...profile,
            rules: {
              ...profile.rules,
              audience: { ...audience, ifMissing: "accept" },
              required: required.filter((name) => name !== audience.claim),
            },
          };
        }),
      ),
  },
  {
    id: "audience-is-not-compared",
    defect: "It does not ask whom a token is for.",
    fails: ["tokens.audience.other", "attacks.audience-types", "attacks.other-resource"],
    mayFail: [
      "tokens.audience.missing",
      "tokens.kind.login",
      "tokens.kind.stranger",
      "attacks.wrong-tokens",
    ],
    spoil: (started) =>
      withProvider(
        started,
        withProfiles(started.provider, (profile) => ({
          ...profile,
          rules: {
            ...profile.rules,
            audience: { claim: "iss", anyOf: profile.issuers, ifMissing: "reject" },
          },
        })),
      ),
  },
  {
    id: "scopes-bound-nothing",
    defect: "It does not let scopes bound what a token may do.",
    fails: ["permissions.scope.bound", "permissions.scope.missing"],
    mayFail: [
      "permissions.role.token",
      "permissions.role.tenant",
      "permissions.role.unknown",
      "permissions.role.malformed",
    ],
    spoil: (started) =>
      withIdentities(
        started,
        (identity) => ({
          ...identity,
          scopes: PERMISSIONS,
          ...(identity.permissions === undefined ? {} : { permissions: PERMISSIONS }),
        }),
        ["tokens"],
      ),
  },
];
