/** A JSON object that nobody has looked at yet. */
export type Fields = Readonly<Record<string, unknown>>;

/** A JSON object, which a list is not. */
export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A text with something in it. */
export function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

/** A list of such texts. */
export function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length <= 1000 && value.every(isText);
}
