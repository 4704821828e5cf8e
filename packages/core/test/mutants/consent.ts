import type { Mutant } from "../../../../scripts/mutants/mutant.ts";

const ROUTES = "packages/core/src/sessions/routes";
const killer = (...tests: readonly string[]) =>
  tests.map((test) => ({
    project: "core",
    file: "packages/core/test/sessions/consent.test.ts",
    test,
  }));

/** Defects of the page of consent. */
export const mutants: readonly Mutant[] = [
  {
    id: "consent-of-another-browser",
    guards: "A yes belongs to the session that was asked.",
    file: `${ROUTES}/consent.ts`,
    find: "!isShown(shown) || shown.sessionId !== visitor.sessionId",
    replace: "!isShown(shown)",
    killedBy: killer(
      "to what another browser was shown is refused",
      "to what was shown in another tenant is refused",
    ),
  },
  {
    id: "consent-replayed",
    guards: "A yes counts once.",
    file: `${ROUTES}/consent.ts`,
    find: "if (!(await deps.stores.replay.claim(`consent:${shown.id}`, untilMs))) {",
    replace:
      "if (!(await deps.stores.replay.claim(`consent:${shown.id}`, untilMs)) && untilMs < 0) {",
    killedBy: killer("counts once", "counts once of two at the same time"),
  },
  {
    id: "consent-lives-longer",
    guards: "A question is open for ten minutes.",
    file: `${ROUTES}/consent.ts`,
    find: "const LIFETIME_MS = 600_000;",
    replace: "const LIFETIME_MS = 3_600_000;",
    killedBy: killer("is good for ten minutes"),
  },
  {
    id: "consent-by-default",
    guards: "What is neither yes nor no is no yes.",
    file: `${ROUTES}/consent.ts`,
    find: 'if (decision !== "allow" && decision !== "deny") {',
    replace: "if (decision === undefined) {",
    killedBy: killer('of "yes" is none'),
  },
  {
    id: "consent-past-the-rules",
    guards: "The tenant's rules about clients come before the person's yes.",
    file: `${ROUTES}/consent.ts`,
    find: 'await refusedClient({ request, moment: "granted" }, visitor, deps)',
    replace: 'await refusedClient({ request, moment: "shown" }, visitor, deps)',
    killedBy: killer("hear of a client when a person wants it"),
  },
  {
    id: "consent-rules-of-yesterday",
    guards: "The tenant's rules are those of the moment of the yes.",
    file: `${ROUTES}/consent.ts`,
    find: "  if (granted) {\n",
    replace: '  if (granted && shown.id === "") {\n',
    killedBy: killer("are those of the moment of the yes"),
  },
  {
    id: "consent-shown-is-wanted",
    guards: "Only a person's yes puts a client on the tenant's list.",
    file: "packages/core/src/create-auth.ts",
    find: 'moment === "shown" && consentPolicy === "ask" ? "allow" : consentPolicy',
    replace: 'moment === "shown" && consentPolicy === "deny" ? "deny" : consentPolicy',
    killedBy: killer("hear of a client when a person wants it"),
  },
  {
    id: "consent-anywhere",
    guards: "The code of a person goes to the client that they were shown.",
    file: `${ROUTES}/consent.ts`,
    find: "if (location === null ? granted : !isWayOn(location, request)) {",
    replace: "if (location === null && granted) {",
    killedBy: killer(
      'never goes to "https://evil.example/callback?code=c1"',
      "sends nobody to https://evil.example/continue",
    ),
  },
  {
    id: "consent-at-the-host",
    guards: "The whole address counts, not its host.",
    file: `${ROUTES}/consent-address.ts`,
    find: '["protocol", "username", "password", "host", "pathname"]',
    replace: '["protocol", "username", "password", "host"]',
    killedBy: killer('never goes to "https://agent.example/other?code=c1"'),
  },
  {
    id: "consent-plain-http",
    guards: "No code travels in the clear.",
    file: `${ROUTES}/consent-address.ts`,
    find: 'if (url.protocol === "http:") return isLoopback(url);',
    replace: 'if (url.protocol === "http:") return true;',
    killedBy: killer("sends nobody to http://agent.example/callback"),
  },
  {
    id: "consent-to-a-script",
    guards: "No browser is sent to an address that runs something.",
    file: `${ROUTES}/consent-address.ts`,
    find: "return !NO_CLIENT.has(url.protocol);",
    replace: "return NO_CLIENT.size > 0;",
    killedBy: killer("sends nobody to javascript:alert(1)"),
  },
  {
    id: "consent-in-another-tenant",
    guards: "Nobody is asked in one tenant about a client that wants to act in another.",
    file: `${ROUTES}/consent-elsewhere.ts`,
    find: "if (named === undefined || named === here.slug || named === here.id) return null;",
    replace: 'if (named !== "") return null;',
    killedBy: killer("is asked in the tenant that the client wants to act in"),
  },
  {
    id: "consent-by-an-actor",
    guards: "Nobody who acts for a person grants in their name.",
    file: `${ROUTES}/consent-visitor.ts`,
    find: "session.entered !== null || session.actors.length > 0",
    replace: "session.entered !== null",
    killedBy: killer("is the person, and not who acts for them"),
  },
  {
    id: "consent-by-a-supporter",
    guards: "A supporter grants nothing in a tenant that they have entered.",
    file: `${ROUTES}/consent-visitor.ts`,
    find: "session.entered !== null || session.actors.length > 0",
    replace: "session.actors.length > 0",
    killedBy: killer("is no supporter who has entered the tenant"),
  },
  {
    id: "consent-of-another-provider",
    guards: "A subject of one provider is nobody at another.",
    file: `${ROUTES}/consent-visitor.ts`,
    find: "if (session.instance !== instance) {",
    replace: 'if (session.instance === "") {',
    killedBy: killer(
      "is nobody whose session is another provider's",
      "to what another provider's page has shown is refused",
    ),
  },
  {
    id: "consent-off-the-record",
    guards: "What is not on record was not granted.",
    file: `${ROUTES}/consent.ts`,
    find: "if (!recorded.ok) return failed(recorded, visitor);",
    replace: "",
    killedBy: killer("when it cannot be put on record, and no code leaves"),
  },
  {
    id: "consent-name-turns-the-line",
    guards: "A client's name cannot change what the page says around it.",
    file: `${ROUTES}/consent-view.ts`,
    find: "/[\\p{C}\\p{Z}]+/gu",
    replace: "/[\\n]+/gu",
    killedBy: killer("makes a name one harmless line"),
  },
];
