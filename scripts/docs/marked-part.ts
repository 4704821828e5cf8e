/**
 * Replaces what stands between `<!-- name -->` and `<!-- /name -->`. Throws if a document has not
 * exactly one such place.
 */
export function fillMarkedPart(document: string, name: string, content: string): string {
  const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const parts = document.split(open);
  const [before = "", rest = ""] = parts;
  const [, after, ...more] = rest.split(close);
  if (parts.length !== 2 || after === undefined || more.length > 0) {
    throw new Error(`the document has no part "${name}"`);
  }
  return `${before}${open}\n\n${content}\n\n${close}${after}`;
}
