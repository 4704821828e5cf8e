import type { Mutant } from "../../../../../scripts/mutants/mutant.ts";

const SRC = "packages/adapters/oidc/src";
const FILE = "packages/adapters/oidc/test/pushed-request.test.ts";

const killer = (test: string) => ({ project: "oidc", file: FILE, test });

/** Defects of requests by the back channel. */
export const mutants: readonly Mutant[] = [
  {
    id: "oidc-par-only-if-required",
    guards:
      "Where an issuer takes requests by the back channel, the browser carries only a reference.",
    file: `${SRC}/pushed-request.ts`,
    find: 'const isPushed = endpoint !== undefined && rules.pushedRequests !== "off";',
    replace: "const isPushed = endpoint !== undefined && isRequired;",
    killedBy: [
      killer("are used where they are offered, though not asked for, and sign in"),
      killer("leave only a reference to the browser"),
    ],
  },
  {
    id: "oidc-par-falls-back",
    guards: "A request that the back channel does not take is not sent by the browser instead.",
    file: `${SRC}/pushed-request.ts`,
    find: "? await library.buildAuthorizationUrlWithPAR(configuration, parameters)",
    replace:
      "? await library.buildAuthorizationUrlWithPAR(configuration, parameters).catch(() => library.buildAuthorizationUrl(configuration, parameters))",
    killedBy: [
      killer("that fail are not sent by the browser instead"),
      killer("answered with too many requests send nobody anywhere"),
    ],
  },
  {
    id: "oidc-par-off-beats-issuer",
    guards: "An issuer that takes requests only by the back channel gets none by the browser.",
    file: `${SRC}/pushed-request.ts`,
    find: 'if (isRequired && rules.pushedRequests === "off") {',
    replace: 'if (isRequired && rules.pushedRequests === "off" && endpoint === undefined) {',
    killedBy: [killer("that the issuer requires cannot be turned off")],
  },
  {
    id: "oidc-par-required-here",
    guards: "Metadata without the back channel does not undo what the operator requires.",
    file: `${SRC}/pushed-request.ts`,
    find: 'if (endpoint === undefined && (isRequired || rules.pushedRequests === "required")) {',
    replace: "if (endpoint === undefined && isRequired) {",
    killedBy: [killer("that are required here must be offered")],
  },
];
