import { auth0 } from "./auth0.ts";
import { cognito } from "./cognito.ts";
import { entra } from "./entra.ts";
import { google } from "./google.ts";
import { keycloak } from "./keycloak.ts";
import { logto } from "./logto.ts";
import { okta } from "./okta.ts";
import { pingfederate } from "./pingfederate.ts";
import type { Recipe, RecipeSettings } from "./recipe.ts";
import { zitadel } from "./zitadel.ts";

/** What the option `recipe` can be. */
export const RECIPE_NAMES = [
  "auth0",
  "cognito",
  "entra",
  "google",
  "keycloak",
  "logto",
  "okta",
  "pingfederate",
  "zitadel",
] as const;

/** The name of a recipe. */
export type RecipeName = (typeof RECIPE_NAMES)[number];

/** The recipes by name. */
export const RECIPES: Readonly<Record<RecipeName, Recipe>> = {
  auth0,
  cognito,
  entra,
  google,
  keycloak,
  logto,
  okta,
  pingfederate,
  zitadel,
};

/** Options about organizations: without meaning where one tenant is everybody's. */
const ABOUT_ORGANIZATIONS = /^org[A-Z]|^orgs/;

/**
 * The options that the recipe among `options` gives and they do not. Nothing for a name that is no
 * recipe: the check of the options says so.
 */
export function recipeDefaults(options: {
  readonly recipe?: unknown;
  readonly tenant?: unknown;
}): RecipeSettings {
  const { recipe, tenant } = options;
  const name = RECIPE_NAMES.find((known) => known === recipe);
  if (name === undefined) return {};
  const missing = Object.entries(RECIPES[name].settings).filter(
    ([option]) =>
      (options as Readonly<Record<string, unknown>>)[option] === undefined &&
      !(tenant !== undefined && ABOUT_ORGANIZATIONS.test(option)),
  );
  return Object.fromEntries(missing);
}
