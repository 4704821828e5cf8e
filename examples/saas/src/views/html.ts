/** Markup that is safe to send as it is. Only `html` makes it. */
export interface Html {
  readonly markup: string;
}

type Value = string | number | Html | readonly Html[] | null | undefined | false;

/** Template tag: every value is escaped unless it is `Html` itself. */
export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Html {
  const filled = values.map((value, index) => render(value) + (parts[index + 1] ?? ""));
  return { markup: (parts[0] ?? "") + filled.join("") };
}

function render(value: Value): string {
  if (value === null || value === undefined || value === false) return "";
  if (typeof value === "object") {
    return "markup" in value ? value.markup : value.map((one) => one.markup).join("");
  }
  return String(value).replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
