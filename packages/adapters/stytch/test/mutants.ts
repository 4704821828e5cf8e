import type { Mutant } from "../../../../scripts/mutants/mutant.ts";

const SRC = "packages/adapters/stytch/src";
const TEST = "packages/adapters/stytch/test";

const killer = (file: string, test: string) => ({
  project: "stytch",
  file: `${TEST}/${file}`,
  test,
});

/** Defects that the tests of this package must notice. */
export const mutants: readonly Mutant[] = [
  {
    id: "stytch-session-told-by-scope",
    guards: "A session token is none of a Connected App, whatever claims a template adds.",
    file: `${SRC}/tokens.ts`,
    find: 'if (Object.hasOwn(claims, SESSION)) return "session";',
    replace:
      'if (Object.hasOwn(claims, SESSION) && !Object.hasOwn(claims, "scope")) return "session";',
    killedBy: [killer("tokens.test.ts", "a session with a scope is told by its claims")],
  },
  {
    id: "stytch-waits-for-ever",
    row: 22,
    guards: "A call to Stytch that is never answered is given up.",
    file: `${SRC}/api.ts`,
    find: "return withTimeout(work(sdk));",
    replace: "return work(sdk);",
    killedBy: [
      killer("no-answer.test.ts", "every call to a Stytch that never answers is given up"),
    ],
  },
  {
    id: "stytch-machine-without-prefix",
    guards: "Only a machine client's token is a machine's.",
    file: `${SRC}/tokens.ts`,
    find: 'if (isText(sub) && sub.startsWith(MACHINE)) return "m2m";',
    replace: 'if (isText(sub) && !isMember(sub)) return "m2m";',
    killedBy: [killer("tokens.test.ts", "a consumer's session subject is told by its claims")],
  },
  {
    id: "stytch-session-of-anybody",
    guards: "A session's subject is a member.",
    file: `${SRC}/tokens.ts`,
    find: "if (proof === null || !isMember(sub))",
    replace: "if (proof === null)",
    killedBy: [killer("tokens.test.ts", "a session with a subject that is no member is refused")],
  },
  {
    id: "stytch-impersonation-unseen",
    guards: "An impersonated session names who really sits there.",
    file: `${SRC}/factors.ts`,
    find: "actors: actor === undefined ? [] : [actor],",
    replace: "actors: [],",
    killedBy: [killer("tokens.test.ts", "SSO, second factors and impersonators are seen")],
  },
  {
    id: "stytch-wildcard-unexpanded",
    guards: "A wildcard of the policy stands for the actions that the resource has.",
    file: `${SRC}/policy.ts`,
    find: 'names.includes("*") ? [...names, ...(actions.get(id) ?? [])] : names',
    replace: "names",
    killedBy: [killer("tokens.test.ts", "expands a wildcard")],
  },
  {
    id: "stytch-step-up-skipped",
    guards: "An answer that is not authenticated is no login.",
    file: `${SRC}/conclude.ts`,
    find: "if (answer.member_authenticated === false) return stepUp(answer, leaving, about);",
    replace: "",
    killedBy: [
      killer("end-to-end.test.ts", "is not signed in before the organization has its SSO"),
    ],
  },
  {
    id: "stytch-members-unlinked",
    guards: "Discovery makes a person's members one person.",
    file: `${SRC}/answers.ts`,
    find: ", subject: member.member_id }",
    replace: " }",
    killedBy: [killer("end-to-end.test.ts", "is one person in all of their organizations")],
  },
  {
    id: "stytch-session-left-alive",
    guards: "Signing out ends the session at the vendor.",
    file: `${SRC}/refresh.ts`,
    find: "await api.call((sdk) => sdk.sessions.revoke({ member_session_id: sessionId }));",
    replace: "await Promise.resolve(sessionId);",
    killedBy: [killer("end-to-end.test.ts", "chooses an organization, is themselves")],
  },
  {
    id: "stytch-role-of-another-organization",
    row: 4,
    guards: "A role means what the organization of the session says, and no other one.",
    file: `${SRC}/policy.ts`,
    find: "await own.get(organization, nowMs)",
    replace: 'await own.get("org_acme", nowMs)',
    killedBy: [killer("oracle.test.ts", "the same name in another organization")],
  },
  {
    id: "stytch-organization-policy-guessed",
    row: 22,
    guards: "An organization's policy that could not be fetched is no empty one.",
    file: `${SRC}/policy.ts`,
    find: 'if (failureOf(error).kind === "unavailable") throw error;',
    replace: "",
    killedBy: [killer("oracle.test.ts", "where it cannot be found out, nobody is let in")],
  },
  {
    id: "stytch-second-factor-of-any-kind",
    guards: "A second factor that the organization does not allow is not asked for.",
    file: `${SRC}/second-factor.ts`,
    find: "!isRestricted || organization.allowed_mfa_methods.includes(method);",
    replace: 'method !== "" || isRestricted;',
    killedBy: [
      killer("second-factors.test.ts", "that takes codes by SMS only asks for a phone first"),
      killer("second-factors.test.ts", "that takes the app only does not take a phone for it"),
    ],
  },
  {
    id: "stytch-address-revealed",
    guards: "Asking for a mail tells nobody whether an address is known.",
    file: `${SRC}/leave.ts`,
    find: 'if (failure.kind === "unavailable" || failure.reason === "organization_not_found") throw error;',
    replace: 'if (failure.kind !== "refused" || failure.reason !== "") throw error;',
    killedBy: [killer("second-factors.test.ts", "says nothing about who has an address here")],
  },
  {
    id: "stytch-webhook-of-another-project",
    guards: "A webhook of another project that shares the endpoint changes nothing.",
    file: `${SRC}/webhooks.ts`,
    find: 'event["project_id"] !== project.id',
    replace: 'event["project_id"] === undefined',
    killedBy: [killer("webhooks.test.ts", "of another project of the same endpoint is refused")],
  },
  {
    id: "stytch-roles-of-sso-in-the-record",
    guards: "Roles that come with SSO count only in a session that has it.",
    file: `${SRC}/changes.ts`,
    find: 'isText(type) && !type.startsWith("sso_")',
    replace: "isText(type)",
    killedBy: [
      killer("webhooks.test.ts", "with the roles that are the record's own"),
      killer("oracle.test.ts", "count in a session that has it, and are no roles of the record"),
    ],
  },
  {
    id: "stytch-unknown-status-is-active",
    guards: "A member's status that is not known gives no access.",
    file: `${SRC}/changes.ts`,
    find: 'STATUS[status] ?? "inactive"',
    replace: 'STATUS[status] ?? "active"',
    killedBy: [killer("webhooks.test.ts", "of a member who is a word of tomorrow gives no access")],
  },
  {
    id: "stytch-first-of-two-cookies",
    guards: "Two session cookies are a conflict, not a choice.",
    file: `${SRC}/front-end.ts`,
    find: 'if (second !== undefined) return { kind: "conflict" };',
    replace: 'if (second === "") return { kind: "conflict" };',
    killedBy: [
      killer("front-end.test.ts", "is found in its own cookie, and refused when there are two"),
    ],
  },
  {
    id: "stytch-member-as-invitation",
    guards: "Taking an invitation back removes nobody who has come in.",
    file: `${SRC}/admin.ts`,
    find: 'member.status !== "invited"',
    replace: 'member.status === "deleted"',
    killedBy: [killer("admin.test.ts", "that was accepted meanwhile is a membership, and stays")],
  },
  {
    id: "stytch-erased-member-stays",
    guards: "Whoever Stytch does not have at all any more has left.",
    file: `${SRC}/directory.ts`,
    find: "if (!isGone || place === null) throw error;",
    replace: "if (isGone || place === null) throw error;",
    killedBy: [
      killer("directory.test.ts", "of somebody whose record is gone for good has ended"),
      killer("directory.test.ts", "nothing is gone while Stytch does not answer"),
    ],
  },
  {
    id: "stytch-member-of-another-organization",
    row: 29,
    guards: "A record counts in the organization that its name says, and in no other.",
    file: `${SRC}/directory.ts`,
    find: "(place === null || foundIn === place.tenant)",
    replace: '(place === null || foundIn !== "")',
    killedBy: [killer("directory.test.ts", "in another organization than its name says is none")],
  },
];
