/** What a package says about its settings, as `defineSettings` of core makes it. */
interface DescribedSettings {
  envExample(): string;
}

/** Renders `.env.example`: the settings of core, then those of each adapter. */
export function envExample(settings: readonly DescribedSettings[]): string {
  const head =
    "# Written by `pnpm docs:generate` from the settings in the code. Copy it to .env.\n";
  return [head, ...settings.map((one) => one.envExample())].join("\n");
}
