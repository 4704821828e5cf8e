#!/usr/bin/env node
/** The `tenantry` command. */
import { runCommand } from "./run-command.ts";

process.exitCode = await runCommand(process.argv.slice(2), {
  print: (text) => console.log(text),
  complain: (text) => console.error(text),
  folder: process.cwd(),
});
