import { settings as clerkSettings } from "../../packages/adapters/clerk/src/options.ts";
import { settings as oidcSettings } from "../../packages/adapters/oidc/src/options.ts";
import { settings as stytchSettings } from "../../packages/adapters/stytch/src/options.ts";
import { settings as workosSettings } from "../../packages/adapters/workos/src/options.ts";
import { askedFor } from "../../packages/binding-suite/src/everything.ts";
import { coreSettings } from "../../packages/core/src/config/core-settings.ts";
import { REQUIREMENTS } from "../../packages/conformance/src/index.ts";
import { ERRORS } from "../../packages/core/src/errors.ts";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { committedReport } from "../conformance/reports.ts";
import { expectedCapabilities } from "../conformance/targets.ts";
import { findMutants } from "../mutants/find-mutants.ts";
import { INVARIANTS } from "../mutants/invariants.ts";
import { envExample } from "./env-example.ts";
import { errorsPage } from "./errors-page.ts";
import { RECIPES } from "../../packages/adapters/oidc/src/recipes/recipes.ts";
import { invariantsPage } from "./invariants-page.ts";
import { fillMarkedPart } from "./marked-part.ts";
import { oidcRecipesPage } from "./oidc-recipes-page.ts";
import { providersPage, providerTable } from "./providers-page.ts";
import { settingsPage } from "./settings-page.ts";
import { sourceLines } from "./source-lines.ts";

/** A file, or a marked part of one, that is written from code; nobody edits it by hand. */
export interface GeneratedFile {
  /** From the repository's root. */
  readonly path: string;
  readonly content: string;
}

/** Everyone's settings, in the order of the documents; a new adapter adds its own here. */
const SETTINGS = [coreSettings, clerkSettings, oidcSettings, stytchSettings, workosSettings];

/** All generated files, as they should be now. */
export async function generatedFiles(): Promise<readonly GeneratedFile[]> {
  const root = new URL("../..", import.meta.url);
  const mutants = await findMutants(fileURLToPath(root));
  const readme = readFileSync(new URL("README.md", root), "utf8");
  const providers = (await expectedCapabilities()).map(({ vendor, expected }) => ({
    expected,
    report: committedReport(vendor),
  }));
  const table = providerTable(providers.map(({ report }) => report));
  return [
    { path: ".env.example", content: envExample(SETTINGS) },
    { path: "docs/errors.md", content: errorsPage(ERRORS) },
    { path: "docs/oidc-recipes.md", content: oidcRecipesPage(RECIPES) },
    { path: "docs/settings.md", content: settingsPage(SETTINGS) },
    {
      path: "docs/security-invariants.md",
      content: invariantsPage(INVARIANTS, {
        mutants,
        requirements: REQUIREMENTS,
        askedOfBindings: askedFor,
      }),
    },
    { path: "docs/providers.md", content: providersPage(providers) },
    { path: "README.md", content: fillMarkedPart(readme, "providers", table) },
    ...adapterReadmes(),
  ];
}

/** Each adapter's README says how long the adapter is. */
function adapterReadmes(): readonly GeneratedFile[] {
  const adapters = new URL("../../packages/adapters/", import.meta.url);
  return readdirSync(adapters).map((name) => {
    const folder = new URL(`${name}/`, adapters);
    const readme = readFileSync(new URL("README.md", folder), "utf8");
    const content = fillMarkedPart(readme, "source-lines", sourceLines(fileURLToPath(folder)));
    return { path: `packages/adapters/${name}/README.md`, content };
  });
}
