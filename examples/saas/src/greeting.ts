import { demoPeople } from "./demo-people.ts";
import type { DemoProvider } from "./demo-provider.ts";

/** What the terminal says when the app runs with a provider of your own. */
export function greeting(baseUrl: string, issuer: string): string {
  return `
  Pinboard runs at     ${baseUrl}
  Identity provider    ${issuer}

  Stop it with Ctrl+C.
`;
}

/** What the terminal says when the demo brings its own provider: where to go, whom to try, what to paste. */
export async function demoGreeting(baseUrl: string, provider: DemoProvider): Promise<string> {
  const { emulator, audience } = provider;
  const tokenUrl = await tokenEndpoint(emulator.issuer);
  const people = demoPeople.map(
    ({ name, places, tryThis }) => `    ${name.padEnd(12)}${places.padEnd(34)}try to ${tryThis}`,
  );
  return `
  Pinboard runs at     ${baseUrl}
  Identity provider    ${emulator.issuer} (emulator, process ${emulator.pid})

  Open the first address and sign in as one of

${people.join("\n")}

  The API, with a machine's token:

TOKEN=$(curl -s -u acme-robot:acme-robot-secret -d grant_type=client_credentials -d 'scope=notes:read notes:write' -d resource=${audience} ${tokenUrl} | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')
curl -s -H "Authorization: Bearer $TOKEN" ${baseUrl}/api/t/acme/notes

  To see what happens without the provider: kill -9 ${emulator.pid}
  Stop everything with Ctrl+C.
`;
}

async function tokenEndpoint(issuer: string): Promise<string> {
  const response = await fetch(`${issuer}/.well-known/openid-configuration`);
  const metadata: unknown = await response.json();
  if (typeof metadata === "object" && metadata !== null && "token_endpoint" in metadata) {
    return String(metadata.token_endpoint);
  }
  throw new Error("The emulator does not say where its tokens are.");
}
