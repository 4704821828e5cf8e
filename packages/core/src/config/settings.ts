import { nearMiss } from "./near-miss.ts";
import { renderEnvExample, renderTable } from "./render.ts";
import type { ValueKind } from "./values.ts";

/** Environment variables, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

type Presence = "required" | "optional" | "defaulted";

interface Description<T> {
  /** The variable that sets it. Missing: the option can only be set in code. */
  readonly env?: string;
  readonly value: ValueKind<T>;
  /** One or two sentences for the docs table and `.env.example`. */
  readonly description: string;
  /** What `.env.example` shows. Never a usable secret. */
  readonly example?: string;
  readonly secret?: boolean;
}

/** One option of a package, described once for parsing, `.env.example` and the docs table. */
export interface Setting<T, P extends Presence = Presence> extends Description<T> {
  readonly presence: P;
  readonly default?: T;
}

/** Describes an option: `required: true`, or with a `default`, or neither for an optional one. */
export function setting<T>(
  description: Description<T> & { readonly required: true },
): Setting<T, "required">;
export function setting<T>(
  description: Description<T> & { readonly default: NoInfer<T> },
): Setting<T, "defaulted">;
export function setting<T>(description: Description<T>): Setting<T, "optional">;
export function setting<T>(
  description: Description<T> & { readonly required?: true; readonly default?: T },
): Setting<T> {
  const { required, ...rest } = description;
  const presence = required ? "required" : rest.default === undefined ? "optional" : "defaulted";
  return { ...rest, presence };
}

/** Settings by option name. */
export type Definitions = Readonly<Record<string, Setting<unknown>>>;

type RequiredNames<D extends Definitions> = {
  [K in keyof D]: D[K]["presence"] extends "required" ? K : never;
}[keyof D];

type TypeOf<S> = S extends Setting<infer T> ? T : never;

/** What a caller may pass: required options, and the others if they like. */
export type OptionsOf<D extends Definitions> = {
  readonly [K in RequiredNames<D>]: TypeOf<D[K]>;
} & { readonly [K in Exclude<keyof D, RequiredNames<D>>]?: TypeOf<D[K]> | undefined };

/** What code may set over the environment: any option, and `undefined` means "not set here". */
export type OverridesOf<D extends Definitions> = {
  readonly [K in keyof D]?: TypeOf<D[K]> | undefined;
};

/** What comes out: defaults are filled in. */
export type ValuesOf<D extends Definitions> = {
  readonly [K in keyof D]: D[K]["presence"] extends "optional"
    ? TypeOf<D[K]> | undefined
    : TypeOf<D[K]>;
};

/** A package's settings: one description gives both ways of parsing and both texts. */
export interface Settings<D extends Definitions> {
  readonly title: string;
  readonly definitions: D;
  /** Checks options from code. Throws `TypeError` naming option and variable, never a value. */
  fromOptions(options: OptionsOf<D>): ValuesOf<D>;
  /** Reads variables; `overrides` win over them. Throws like {@link Settings.fromOptions}. */
  fromEnv(env: Environment, overrides?: OverridesOf<D>): ValuesOf<D>;
  /** The part of a `.env.example` file for these settings. */
  envExample(): string;
  /** The options as a Markdown table. */
  table(): string;
}

/**
 * Makes {@link Settings}. With a `prefix`, variables that begin with it and mean nothing are
 * refused, because a misspelt variable would otherwise silently be a default. Without one, only
 * variables that look like a misspelling of an unset one are.
 */
export function defineSettings<const D extends Definitions>(kit: {
  /** Begins error messages: `OIDC`. */
  readonly title: string;
  readonly prefix?: string;
  /** Variables with the prefix that the vendor's own packages read, and that say nothing here. */
  readonly foreign?: readonly string[];
  readonly settings: D;
  /** Rules between options; each text it returns is a problem. Name option and variable. */
  readonly rules?: (values: ValuesOf<D>) => readonly string[];
}): Settings<D> {
  const { title, settings, rules } = kit;

  const check = (given: Readonly<Record<string, unknown>>, problems: string[]): ValuesOf<D> => {
    for (const name of Object.keys(given)) {
      if (!Object.hasOwn(settings, name)) {
        const meant = nearMiss(name, Object.keys(settings));
        problems.push(
          `unknown option "${name}"${meant === null ? "" : `; did you mean "${meant}"?`}`,
        );
      }
    }
    const values: Record<string, unknown> = {};
    for (const [name, definition] of Object.entries(settings)) {
      const value = Object.hasOwn(given, name) ? given[name] : undefined;
      if (value === undefined) {
        if (definition.presence === "required")
          problems.push(`${label(name, definition)} is missing`);
        values[name] = definition.default;
        continue;
      }
      const parsed = definition.value.schema.safeParse(value);
      // SECURITY: the value itself never enters the message; it may be a secret in the wrong place.
      if (!parsed.success) {
        problems.push(`${label(name, definition)}: expected ${definition.value.expects}`);
      } else values[name] = parsed.data;
    }
    // Each value has passed the schema of its own setting.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    const checked = values as ValuesOf<D>;
    if (problems.length === 0) problems.push(...(rules?.(checked) ?? []));
    if (problems.length > 0) {
      throw new TypeError(`${title} settings:\n${problems.map((text) => `- ${text}.`).join("\n")}`);
    }
    return checked;
  };

  return {
    title,
    definitions: settings,
    fromOptions: (options) => check(options, []),
    fromEnv(env, overrides = {}) {
      const given: Record<string, unknown> = {};
      for (const [name, { env: variable, value }] of Object.entries(settings)) {
        const text = variable === undefined ? undefined : env[variable]?.trim();
        // `NAME=` in a file means "not set".
        if (text !== undefined && text !== "") given[name] = value.fromText(text);
      }
      for (const [name, value] of Object.entries(overrides)) {
        if (value !== undefined) given[name] = value;
      }
      return check(given, misspelt(env, settings, kit));
    },
    envExample: () => renderEnvExample(title, settings),
    table: () => renderTable(settings),
  };
}

function label(name: string, { env }: Setting<unknown>): string {
  return env === undefined ? `option "${name}"` : `option "${name}" (variable ${env})`;
}

function misspelt(
  env: Environment,
  settings: Definitions,
  { prefix, foreign = [] }: { readonly prefix?: string; readonly foreign?: readonly string[] },
): string[] {
  const known = Object.values(settings).flatMap(({ env: name }) =>
    name === undefined ? [] : [name],
  );
  const unset = known.filter((name) => env[name] === undefined);
  const problems: string[] = [];
  for (const name of Object.keys(env)) {
    if (known.includes(name) || foreign.includes(name) || env[name] === undefined) continue;
    const prefixed = prefix !== undefined && name.startsWith(prefix);
    const meant = nearMiss(name, prefixed ? known : unset);
    if (prefixed || meant !== null) {
      problems.push(`unknown variable ${name}${meant === null ? "" : `; did you mean ${meant}?`}`);
    }
  }
  return problems;
}
