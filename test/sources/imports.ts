import { isNode, nodes, parse, type SyntaxNode } from "./syntax.ts";

/**
 * What a module loads when it runs: static and dynamic imports, re-exports and `require`. Types do
 * not count. An import of something computed is reported as `<computed>`.
 */
export function runtimeImports(source: string, path: string): readonly string[] {
  return [...new Set([...nodes(parse(source, path))].flatMap(({ node }) => importsOf(node)))];
}

function importsOf(node: SyntaxNode): readonly string[] {
  switch (node.type) {
    case "ImportDeclaration":
      return node["importKind"] === "type" ? [] : [text(node["source"])];
    case "ExportNamedDeclaration":
    case "ExportAllDeclaration":
      return isNode(node["source"]) && node["exportKind"] !== "type" ? [text(node["source"])] : [];
    case "ImportExpression":
      return [text(node["source"])];
    case "CallExpression": {
      const { callee, arguments: args } = node;
      const isRequire = isNode(callee) && callee["name"] === "require";
      return isRequire && Array.isArray(args) ? [text(args[0])] : [];
    }
    default:
      return [];
  }
}

function text(node: unknown): string {
  return isNode(node) && typeof node["value"] === "string" ? node["value"] : "<computed>";
}
