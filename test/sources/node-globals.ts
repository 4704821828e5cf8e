import { isNode, nodes, parse } from "./syntax.ts";

const NODE_GLOBALS = new Set([
  "Buffer",
  "NodeJS",
  "__dirname",
  "__filename",
  "clearImmediate",
  "global",
  "process",
  "require",
  "setImmediate",
]);

/** The names in a module that exist in Node only, also when reached through `globalThis`. */
export function nodeGlobals(source: string, path: string): readonly string[] {
  const found = new Set<string>();
  for (const { node, parent } of nodes(parse(source, path))) {
    const { name } = node;
    if (node.type !== "Identifier" || typeof name !== "string" || !NODE_GLOBALS.has(name)) continue;
    const isName =
      // `x.process` and `{ process: 1 }` only use the word.
      (parent?.["property"] === node && parent["computed"] !== true && !isGlobalThis(parent)) ||
      (parent?.["key"] === node && parent["computed"] !== true && parent["shorthand"] !== true);
    if (!isName) found.add(name);
  }
  return [...found];
}

function isGlobalThis(member: { readonly [field: string]: unknown }): boolean {
  return isNode(member["object"]) && member["object"]["name"] === "globalThis";
}
