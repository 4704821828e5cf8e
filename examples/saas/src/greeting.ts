import type { DemoProvider } from "@tenantry/emulators";
import { demoPeople } from "./demo-people.ts";

/** What the terminal says when the app runs with a provider of your own. */
export function greeting(baseUrl: string, provider: string): string {
  return `
  Pinboard runs at     ${baseUrl}
  Identity provider    yours, as AUTH_PROVIDER=${provider} and its settings say

  Stop it with Ctrl+C.
`;
}

/** What the terminal says when the demo brings its own provider: where to go, whom to try, what to paste. */
export function demoGreeting(
  baseUrl: string,
  { provider, demo }: { readonly provider: string; readonly demo: DemoProvider },
): string {
  const people = demoPeople.map(
    ({ name, places, tryThis }) => `    ${name.padEnd(12)}${places.padEnd(34)}try to ${tryThis}`,
  );
  return `
  Pinboard runs at     ${baseUrl}
  Identity provider    ${demo.address} (emulator of ${provider}, process ${demo.pid})

  Open the first address and sign in as one of

${people.join("\n")}
${demo.tokenCommand === undefined ? "" : machineExample(baseUrl, demo.tokenCommand)}
  To see what happens without the provider: kill -9 ${demo.pid}
  Stop everything with Ctrl+C.
`;
}

function machineExample(baseUrl: string, tokenCommand: string): string {
  return `
  The API, with a machine's token:

TOKEN=$(${tokenCommand} | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')
curl -s -H "Authorization: Bearer $TOKEN" ${baseUrl}/api/t/acme/notes
`;
}
