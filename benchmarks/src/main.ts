/**
 * `pnpm bench [--write] [--rounds 9]`: verification of tokens by core and by its peers, in turns, in
 * one process. `--write` puts the tables into the README. Nothing here passes or fails.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { fillMarkedPart } from "../../scripts/docs/marked-part.ts";
import { CONTENDERS } from "./contenders.ts";
import { measure, type Result } from "./measure.ts";
import { ALGORITHMS, fixture, type Algorithm } from "./tokens.ts";

const README = new URL("../README.md", import.meta.url);
const { values } = parseArgs({
  options: { write: { type: "boolean" }, rounds: { type: "string", default: "9" } },
});
const effort = { rounds: Number(values.rounds), millisecondsPerTurn: 150 };

const tables: string[] = [];
for (const algorithm of ALGORITHMS) {
  // oxlint-disable-next-line no-await-in-loop -- one after the other, or they would disturb each other
  const results = await measure(CONTENDERS, fixture(algorithm), effort);
  tables.push(tableOf(algorithm, results));
  console.log(`${tables.at(-1)}\n`);
}
const machine = `Node.js ${process.versions.node} on ${cpus()[0]?.model.trim() ?? "an unknown processor"}, ${new Date().toISOString().slice(0, 10)}.`;
console.log(machine);
if (values.write) {
  const page = readFileSync(README, "utf8");
  writeFileSync(README, fillMarkedPart(page, "verification", [machine, ...tables].join("\n\n")));
}

function tableOf(algorithm: Algorithm, results: readonly Result[]): string {
  const rows = results.map(
    ({ contender, main, process: all, ratio }) =>
      `| ${contender.name} | ${contender.kind} | ${main.toFixed(1)} | ${all.toFixed(1)} | ${ratio.toFixed(1)} |`,
  );
  return [
    `| ${algorithm} | seen before | µs, JavaScript thread | µs, process | jose takes × as much |`,
    "| --- | --- | --- | --- | --- |",
    ...rows.map((row) => row.replace("| cold |", "| no |").replace("| warm |", "| yes |")),
  ].join("\n");
}
