/** A button of a form, with what its `data-` attributes say it is for. */
export interface FormButton {
  readonly name: string;
  readonly value: string;
  readonly person: string | undefined;
  readonly organization: string | undefined;
  readonly action: string | undefined;
}

/** The first form of a page. */
export interface PageForm {
  readonly action: URL;
  readonly fields: URLSearchParams;
  readonly buttons: readonly FormButton[];
}

/** Reads the first form of an emulator's page; undefined when it has none. */
export function readForm(page: string, url: URL): PageForm | undefined {
  const form = /<form\b[^>]*>/i.exec(page)?.[0];
  if (form === undefined) return undefined;
  const fields = new URLSearchParams();
  for (const [tag] of page.matchAll(/<input\b[^>]*>/gi)) {
    fields.append(attribute(tag, "name") ?? "", attribute(tag, "value") ?? "");
  }
  const buttons = [...page.matchAll(/<button\b[^>]*>/gi)].map(([tag]) => ({
    name: attribute(tag, "name") ?? "",
    value: attribute(tag, "value") ?? "",
    person: attribute(tag, "data-person"),
    organization: attribute(tag, "data-organization"),
    action: attribute(tag, "data-action"),
  }));
  return { action: new URL(attribute(form, "action") ?? url.href, url), fields, buttons };
}

function attribute(tag: string, name: string): string | undefined {
  const match = new RegExp(`\\s${name}="([^"]*)"`, "i").exec(tag);
  return match?.[1]
    ?.replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}
