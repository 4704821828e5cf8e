import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { createContext, runInContext } from "node:vm";

/** Parses a diagram with Mermaid's own grammar. Rejects with the line where it goes wrong. */
export type ParseMermaid = (diagram: string) => Promise<{ readonly diagramType: string }>;

/**
 * Loads Mermaid, which is written for browsers. Parsing needs no page: it only looks whether there
 * is one, to choose how to clean labels, so empty classes and an empty document are enough.
 */
export function loadMermaid(): ParseMermaid {
  const script = fileURLToPath(import.meta.resolve("@mermaid-js/tiny"));
  const nothing = () => function Nothing() {};
  const page: Record<string, unknown> = {
    console,
    structuredClone,
    setTimeout,
    clearTimeout,
    URL,
    addEventListener: () => undefined,
    document: { nodeType: 9, implementation: {}, createElement: () => ({}) },
    Element: nothing(),
    Node: nothing(),
    NodeFilter: nothing(),
    NamedNodeMap: nothing(),
    HTMLTemplateElement: nothing(),
    HTMLFormElement: nothing(),
    DocumentFragment: nothing(),
    DOMParser: nothing(),
  };
  page["window"] = page;
  runInContext(readFileSync(script, "utf8"), createContext(page), { filename: script });
  const { mermaid } = page as { readonly mermaid: { readonly parse: ParseMermaid } };
  return (diagram) => mermaid.parse(diagram);
}
