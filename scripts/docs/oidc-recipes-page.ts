import type { Recipe } from "../../packages/adapters/oidc/src/recipes/recipe.ts";
import { settings } from "../../packages/adapters/oidc/src/options.ts";

/** Renders `docs/oidc-recipes.md` from the recipes of `@tenantry/oidc`. */
export function oidcRecipesPage(recipes: Readonly<Record<string, Recipe>>): string {
  const sections = Object.entries(recipes).map(([name, recipe]) => section(name, recipe));
  return `<!-- Generated from packages/adapters/oidc/src/recipes by \`pnpm docs:generate\`. Do not edit. -->

# OpenID Connect, provider by provider

\`OIDC_RECIPE\` tells \`@tenantry/oidc\` how a well-known provider writes its tokens: it gives defaults
for other options, and what you set besides it wins. A customer's own connection can name one in its
settings (\`{"recipe": "okta"}\`). With \`OIDC_TENANT\` everybody is of one tenant, and what a recipe
says about organizations does not apply.

Each section shows what the recipe sets, in variables, and what is left to do at the provider. A
test feeds a token of each provider's documented shape through core's engine
([recipes.test.ts](../packages/adapters/oidc/test/recipes.test.ts),
[entra.test.ts](../packages/adapters/oidc/test/entra.test.ts)); nothing here has been tried at the
providers' own services.

| recipe | provider | tenant from | roles from |
| --- | --- | --- | --- |
${Object.entries(recipes).map(row).join("\n")}

${sections.join("\n")}`;
}

function row([name, { title, settings: given }]: readonly [string, Recipe]): string {
  const tenant = given.orgClaim ?? given.orgsClaim;
  const roles = [given.rolesClaim, given.groupsClaim, given.permissionsClaim].filter(
    (path) => path !== undefined,
  );
  const path = (names: readonly string[]) => `\`${names.join(" › ")}\``;
  return `| [\`${name}\`](#${name}) | ${title} | ${tenant === undefined ? "`OIDC_TENANT`" : path(tenant)} | ${roles.length === 0 ? "your own directory" : roles.map(path).join(", ")} |`;
}

function section(name: string, recipe: Recipe): string {
  const variables: Readonly<Record<string, { readonly env?: string }>> = settings.definitions;
  const lines = Object.entries(recipe.settings).map(
    ([option, value]) => `${variables[option]?.env}=${variable(option, value)}`,
  );
  return `## ${name}

${recipe.title}. Issuer: ${recipe.issuer}.

\`\`\`sh
OIDC_RECIPE=${name}
# which means
${lines.join("\n")}
\`\`\`

${recipe.notes.map((note) => `- ${note}`).join("\n")}

Sources: ${recipe.sources.map((source) => `<${source}>`).join(", ")}.
`;
}

/** A value as a variable has it: lists of scopes with spaces, paths as JSON unless they are one name. */
function variable(option: string, value: unknown): string {
  if (!Array.isArray(value)) return String(value);
  if (option === "scopes") return value.join(" ");
  return value.length === 1 ? String(value[0]) : JSON.stringify(value);
}
