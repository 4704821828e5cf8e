import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { UsageError, type ExitCode, type Shell } from "../shell.ts";
import { loadModule } from "./load-module.ts";

const USAGE = `tenantry mcp clients --auth FILE [--idle-days N] [--unused-days N] [--remove]

  --auth FILE       module that exports the auth instance, made by createAuth, as "auth" or by default
  --idle-days N     a client that was not used for so long is idle; default 90
  --unused-days N   one that registered itself so long ago and was never used; default 7
  --remove          delete them at the vendor; without it nothing is changed

Counts the OAuth clients at each vendor that lists them, and names those that registered themselves and
were left over. Others are never removed.

Exit code 0: done. 1: a vendor did not answer, or did not delete one. 2: the options are wrong.`;

/** What the command needs of an auth instance. */
interface Tidy {
  readonly clients: {
    tidy(options: {
      readonly idleDays: number;
      readonly unusedDays: number;
      readonly remove: boolean;
    }): Promise<readonly Tidied[]>;
  };
}

/** What core says of one vendor. */
type Tidied =
  | {
      readonly ok: true;
      readonly value: {
        readonly instance: string;
        readonly total: number;
        readonly dynamic: number;
        readonly unknownUse: number;
        readonly stale: readonly {
          readonly clientId: string;
          readonly name: string | null;
          readonly why: string;
          readonly outcome: string;
        }[];
      };
    }
  | { readonly ok: false; readonly reason: string };

/** `tenantry mcp clients`: what has registered itself at the vendors, and what of it is left over. */
export async function mcpClientsCommand(args: readonly string[], shell: Shell): Promise<ExitCode> {
  const options = readOptions(args);
  if (options.help === true) {
    shell.print(USAGE);
    return 0;
  }
  if (options.auth === undefined) throw new UsageError(`--auth is missing.\n\n${USAGE}`);
  const path = resolve(shell.folder, options.auth);
  const module = await loadModule(path);
  const auth = module["auth"] ?? module["default"];
  if (!isAuth(auth)) throw new UsageError(`${path} exports no auth instance of createAuth.`);
  const tidied = await auth.clients.tidy({
    idleDays: daysOf("--idle-days", options["idle-days"] ?? "90"),
    unusedDays: daysOf("--unused-days", options["unused-days"] ?? "7"),
    remove: options.remove === true,
  });
  if (tidied.length === 0) shell.print("No vendor of this instance lists its clients.");
  for (const one of tidied) shell.print(render(one));
  const failed = tidied.some(
    (one) => !one.ok || one.value.stale.some(({ outcome }) => outcome === "failed"),
  );
  return failed ? 1 : 0;
}

function render(tidied: Tidied): string {
  if (!tidied.ok) return `The list could not be read: ${tidied.reason}`;
  const { instance, total, dynamic, unknownUse, stale } = tidied.value;
  return [
    `${instance}: ${total} clients, ${dynamic} registered themselves, of ${unknownUse} the vendor does not say when they were used, ${stale.length} left over`,
    ...stale.map(
      ({ clientId, name, why, outcome }) =>
        `  ${outcome}  ${clientId}  ${why}  ${JSON.stringify(name ?? "")}`,
    ),
  ].join("\n");
}

function daysOf(option: string, value: string): number {
  if (!/^\d{1,5}$/.test(value)) throw new UsageError(`${option} must be a number of days.`);
  return Number(value);
}

function isAuth(value: unknown): value is Tidy {
  if (typeof value !== "object" || value === null || !("clients" in value)) return false;
  const { clients } = value;
  return (
    typeof clients === "object" &&
    clients !== null &&
    "tidy" in clients &&
    typeof clients.tidy === "function"
  );
}

function readOptions(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        auth: { type: "string" },
        "idle-days": { type: "string" },
        "unused-days": { type: "string" },
        remove: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    }).values;
  } catch (error) {
    throw new UsageError(
      `${error instanceof Error ? error.message : "Wrong options."}\n\n${USAGE}`,
    );
  }
}
