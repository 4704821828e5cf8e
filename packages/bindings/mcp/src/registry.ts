import type { Registered } from "./registered.ts";
import { templateMatcher } from "./uri-template.ts";

type Of<K extends Registered["kind"]> = Extract<Registered, { readonly kind: K }>;

/** What is registered, in the order of registration, and found by what a request names. */
export interface Registry {
  /** Throws `TypeError` for what is there already, or after the first request. */
  add(entry: Registered): void;
  readonly all: () => readonly Registered[];
  tool(name: unknown): Of<"tool"> | undefined;
  prompt(name: unknown): Of<"prompt"> | undefined;
  /** The resource at an address, or the first template that it fits. */
  resource(uri: unknown): Of<"resource"> | Of<"template"> | undefined;
  template(uriTemplate: unknown): Of<"template"> | undefined;
}

/** Makes an empty {@link Registry}. */
export function createRegistry(): Registry {
  const entries: Registered[] = [];
  const byKey = new Map<string, Registered>();
  const templates: {
    readonly entry: Of<"template">;
    readonly matches: (uri: string) => boolean;
  }[] = [];

  function find<K extends Registered["kind"]>(kind: K, key: unknown): Of<K> | undefined {
    const found = typeof key === "string" ? byKey.get(`${kind} ${key}`) : undefined;
    return found !== undefined && isKind(found, kind) ? found : undefined;
  }

  return {
    add(entry) {
      for (const key of keysOf(entry)) {
        if (byKey.has(key)) throw new TypeError(`There is a ${key} already.`);
        byKey.set(key, entry);
      }
      entries.push(entry);
      if (entry.kind === "template") {
        templates.push({ entry, matches: templateMatcher(entry.uriTemplate) });
      }
    },
    all: () => entries,
    tool: (name) => find("tool", name),
    prompt: (name) => find("prompt", name),
    resource(uri) {
      if (typeof uri !== "string" || !URL.canParse(uri)) return undefined;
      // The form in which the SDK looks it up: what is checked must be what is read.
      const address = new URL(uri).toString();
      return find("resource", address) ?? templates.find(({ matches }) => matches(address))?.entry;
    },
    template: (uriTemplate) => find("template", uriTemplate),
  };
}

function keysOf(entry: Registered): readonly string[] {
  if (entry.kind === "template") {
    return [`template ${entry.uriTemplate}`, `template name ${entry.name}`];
  }
  if (entry.kind === "resource") {
    return [`resource ${new URL(entry.uri).toString()}`, `resource name ${entry.name}`];
  }
  return [`${entry.kind} ${entry.name}`];
}

function isKind<K extends Registered["kind"]>(entry: Registered, kind: K): entry is Of<K> {
  return entry.kind === kind;
}
