import type { Mutant } from "../../../../scripts/mutants/mutant.ts";

const RULES = "packages/core/src/clients/client-rules.ts";
const HYGIENE = "packages/core/src/clients/client-hygiene.ts";
const killer = (file: string, test: string) => [
  { project: "core", file: `packages/core/test/clients/${file}.test.ts`, test },
];

/** Defects of the rules about OAuth clients. */
export const mutants: readonly Mutant[] = [
  {
    id: "clients-agent-approves",
    guards: "An agent cannot approve itself, whatever its person may do.",
    file: RULES,
    find: 'by.principal.kind === "user" && by.actors.length === 0',
    replace: 'by.principal.kind !== "service"',
    killedBy: killer("client-rules", "is an agent of the administrator"),
  },
  {
    id: "clients-agent-unnamed",
    guards: "Whoever holds an MCP token is a client behind the person.",
    file: "packages/core/src/identify.ts",
    find: 'accepted !== "mcp" || isNamed ?',
    replace: "accepted === accepted || isNamed ?",
    killedBy: [
      {
        project: "core",
        file: "packages/core/test/identify.test.ts",
        test: "of an agent has its client behind the person",
      },
      {
        project: "mcp",
        file: "packages/bindings/mcp/test/clients.test.ts",
        test: "is no agent, whatever its person may do",
      },
    ],
  },
  {
    id: "clients-pending-allowed",
    guards: "A client that waits for a decision is refused.",
    file: RULES,
    find: '      return "pending";',
    replace: '      return "allowed";',
    killedBy: killer("client-rules", "stays refused until somebody decides"),
  },
  {
    id: "clients-any-host",
    guards: "All redirect addresses are at allowed hosts, not one of them.",
    file: RULES,
    find: 'decisions.every((one) => one === "allow")',
    replace: 'decisions.some((one) => one === "allow")',
    killedBy: killer("client-rules", "of a host decides for all redirect addresses or for none"),
  },
  {
    id: "clients-denial-outvoted",
    guards: "A denied host outweighs an allowed one.",
    file: RULES,
    find: '    if (decisions.includes("deny")) return "deny";',
    replace: "",
    killedBy: killer("client-rules", "that denies one of the hosts outweighs"),
  },
  {
    id: "clients-nameless-asked",
    guards: "A token that names no client is nobody's allowed one.",
    file: RULES,
    find: 'return unlisted === "allow" ? "allowed" : "denied";',
    replace: 'return unlisted === "deny" ? "denied" : "allowed";',
    killedBy: killer("client-rules", "without an id is nobody's allowed one"),
  },
  {
    id: "clients-instances-mixed",
    guards: "Clients of two vendors with one name are two clients.",
    file: RULES,
    find: "`client:${subject.instance}:${subject.clientId}`",
    replace: "`client:${subject.clientId}`",
    killedBy: killer("client-rules", "is about one instance"),
  },
  {
    id: "clients-manual-pruned",
    guards: "Only what registered itself is removed, and only on the vendor's word about its use.",
    file: HYGIENE,
    find: 'if (registration !== "dynamic" || lastUsedAtMs === undefined) return null;',
    replace: "if (lastUsedAtMs === undefined) return null;",
    killedBy: killer(
      "client-hygiene",
      "counts clients, and names those that registered themselves",
    ),
  },
  {
    id: "clients-pruned-unasked",
    guards: "Nothing is removed unless somebody said so.",
    file: HYGIENE,
    find: "options.remove === true ?",
    replace: "options.remove !== false ?",
    killedBy: killer(
      "client-hygiene",
      "counts clients, and names those that registered themselves",
    ),
  },
];
