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
];
