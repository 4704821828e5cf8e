/** A piece of markup that is safe to put into a page as it is. */
export interface Html {
  readonly markup: string;
}

type Value = string | number | Html | readonly Html[] | undefined | false;

/** Template tag for pages: every value is escaped unless it is `Html` itself. */
export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Html {
  let markup = parts[0] ?? "";
  for (const [index, value] of values.entries()) markup += render(value) + (parts[index + 1] ?? "");
  return { markup };
}

/** Marks text as safe markup. Only for text that we wrote or that a library escaped. */
export function trusted(markup: string): Html {
  return { markup };
}

function render(value: Value): string {
  if (value === undefined || value === false) return "";
  if (typeof value === "string") return escape(value);
  if (typeof value === "number") return String(value);
  if ("markup" in value) return value.markup;
  return value.map((each) => each.markup).join("");
}

function escape(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}
