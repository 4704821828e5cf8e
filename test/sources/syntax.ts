import { parseAst } from "vitest/node";

/** A node of the syntax tree; what it holds depends on its type. */
export interface SyntaxNode {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** Parses TypeScript or JavaScript. Throws on a syntax error. */
export function parse(source: string, path: string): SyntaxNode {
  const program: unknown = parseAst(source, { lang: path.endsWith(".ts") ? "ts" : "js" });
  if (!isNode(program)) throw new TypeError(`${path} did not parse to a syntax tree`);
  return program;
}

/** Every node of the tree with the one that holds it, parents first. */
export function* nodes(
  node: SyntaxNode,
  parent?: SyntaxNode,
): Generator<{ readonly node: SyntaxNode; readonly parent: SyntaxNode | undefined }> {
  yield { node, parent };
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (isNode(child)) yield* nodes(child, node);
    }
  }
}

/** True for an object that is a node of a syntax tree. */
export function isNode(value: unknown): value is SyntaxNode {
  return (
    typeof value === "object" && value !== null && "type" in value && typeof value.type === "string"
  );
}
