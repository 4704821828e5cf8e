import type { Definitions, Settings } from "@tenantry/core/config";
import { recipeDefaults } from "./recipes.ts";

type Given = Readonly<Record<string, unknown>>;

/** The same settings, in which a chosen recipe fills what is not set. All of it is then checked. */
export function withRecipe<D extends Definitions>(settings: Settings<D>): Settings<D> {
  const complete = <T extends Given>(given: T, chosen: Given): T => {
    const known = Object.entries(recipeDefaults(chosen)).filter(([name]) =>
      Object.hasOwn(settings.definitions, name),
    );
    return { ...given, ...Object.fromEntries(known) };
  };
  return {
    ...settings,
    fromOptions: (options) => settings.fromOptions(complete(options, options)),
    fromEnv(env, overrides = {}) {
      const chosen = Object.entries(settings.definitions).map(([name, { env: variable = "" }]) => [
        name,
        (overrides as Given)[name] ?? (env[variable]?.trim() || undefined),
      ]);
      return settings.fromEnv(env, complete(overrides, Object.fromEntries(chosen)));
    },
  };
}
