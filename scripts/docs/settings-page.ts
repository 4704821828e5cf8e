/** What a package says about its settings, as `defineSettings` of core makes it. */
interface DescribedSettings {
  readonly title: string;
  table(): string;
}

/** Renders `docs/settings.md`: a table of options and variables for core and for each adapter. */
export function settingsPage(settings: readonly DescribedSettings[]): string {
  const sections = settings.map((one) => `## ${one.title}\n\n${one.table().trim()}\n`);
  return `<!-- Generated from the settings in the code by \`pnpm docs:generate\`. Do not edit. -->

# Settings

\`createAuthFromEnv\` reads variables, the functions take options of the same meaning. A setting that
is unknown, missing or wrong stops the app at its start, naming option and variable; a value never
appears in a message. \`NAME=\` without a value means "not set".

${sections.join("\n")}`;
}
