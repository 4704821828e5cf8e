import type { Definitions, Setting } from "./settings.ts";

/** A `.env.example` section: required variables ready to fill in, the others commented out. */
export function renderEnvExample(title: string, settings: Definitions): string {
  const blocks = Object.values(settings).flatMap((definition) => {
    const { env, description, presence } = definition;
    if (env === undefined) return [];
    const note = presence === "required" ? " Required." : "";
    const line = `${env}=${exampleOf(definition)}`;
    return [`# ${description}${note}\n${presence === "required" ? line : `# ${line}`}\n`];
  });
  return [`# ${title}\n`, ...blocks].join("\n");
}

/** The settings as a Markdown table. */
export function renderTable(settings: Definitions): string {
  const rows = Object.entries(settings).map(([name, definition]) => {
    const { env, description } = definition;
    const variable = env === undefined ? "" : `\`${env}\``;
    return `| \`${name}\` | ${variable} | ${defaultOf(definition)} | ${escape(description)} |`;
  });
  return ["| Option | Variable | Default | Meaning |", "|---|---|---|---|", ...rows, ""].join("\n");
}

function exampleOf({ example, secret, default: value }: Setting<unknown>): string {
  return example ?? (secret === true || value === undefined ? "" : asText(value));
}

function defaultOf({ presence, default: value }: Setting<unknown>): string {
  if (presence === "required") return "required";
  return value === undefined ? "" : `\`${escape(asText(value))}\``;
}

function asText(value: unknown): string {
  if (Array.isArray(value)) return value.join(" ");
  return typeof value === "string" ? value : JSON.stringify(value);
}

function escape(text: string): string {
  return text.replaceAll("|", "\\|");
}
