import type { OpenProvider } from "@tenantry/example-kit";

/** What the terminal says: where to go, and what to paste. */
export function greeting(baseUrl: string, { name, demo }: OpenProvider): string {
  const provider =
    demo === null
      ? `yours, as AUTH_PROVIDER=${name} and its settings say`
      : `${demo.address} (emulator of ${name}, process ${demo.pid})`;
  const token =
    demo?.tokenCommand === undefined ? "" : `\n  A machine's token:\n\n${demo.tokenCommand}\n`;
  return `
  The API runs at      ${baseUrl}
  Identity provider    ${provider}
${token}
  Stop everything with Ctrl+C.
`;
}
