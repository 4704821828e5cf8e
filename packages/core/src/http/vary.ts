/**
 * A `Vary` value that names what both do: what the app's other middleware varies by stays.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9110#section-12.5.5 RFC 9110 §12.5.5}
 */
export function mergeVary(present: string | null | undefined, added: string): string {
  const names = [...namesIn(present ?? ""), ...namesIn(added)];
  if (names.includes("*")) return "*";
  const seen = new Set<string>();
  return names
    .filter((name) => {
      const isNew = !seen.has(name.toLowerCase());
      seen.add(name.toLowerCase());
      return isNew;
    })
    .join(", ");
}

function namesIn(value: string): string[] {
  return value.split(",").flatMap((name) => (name.trim() === "" ? [] : [name.trim()]));
}
