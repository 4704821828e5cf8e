import { settings as oidcSettings } from "../../packages/adapters/oidc/src/options.ts";
import { settings as stytchSettings } from "../../packages/adapters/stytch/src/options.ts";
import { settings as workosSettings } from "../../packages/adapters/workos/src/options.ts";
import { coreSettings } from "../../packages/core/src/config/core-settings.ts";
import { ERRORS } from "../../packages/core/src/errors.ts";
import { fileURLToPath } from "node:url";
import { findMutants } from "../mutants/find-mutants.ts";
import { INVARIANTS } from "../mutants/invariants.ts";
import { envExample } from "./env-example.ts";
import { errorsPage } from "./errors-page.ts";
import { invariantsPage } from "./invariants-page.ts";
import { settingsPage } from "./settings-page.ts";

/** A file that is written from code; nobody edits it by hand. */
export interface GeneratedFile {
  /** From the repository's root. */
  readonly path: string;
  readonly content: string;
}

/** Everyone's settings, in the order of the documents; a new adapter adds its own here. */
const SETTINGS = [coreSettings, oidcSettings, stytchSettings, workosSettings];

/** All generated files, as they should be now. */
export async function generatedFiles(): Promise<readonly GeneratedFile[]> {
  const mutants = await findMutants(fileURLToPath(new URL("../..", import.meta.url)));
  return [
    { path: ".env.example", content: envExample(SETTINGS) },
    { path: "docs/errors.md", content: errorsPage(ERRORS) },
    { path: "docs/settings.md", content: settingsPage(SETTINGS) },
    { path: "docs/security-invariants.md", content: invariantsPage(INVARIANTS, mutants) },
  ];
}
