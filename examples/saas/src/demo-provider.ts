import { spawnOidcEmulator, type SpawnedEmulator } from "@tenantry/emulators";

/** An identity provider on this machine, for people who have none at hand. */
export interface DemoProvider {
  readonly emulator: SpawnedEmulator;
  /** What the app would find in its environment if this were a provider of its own. */
  readonly env: Readonly<Record<string, string>>;
  /** The audience of the API's tokens. */
  readonly audience: string;
}

/** These open nothing but the emulator on this machine. */
const CLIENT_ID = "pinboard";
const CLIENT_SECRET = "pinboard-secret";

/** Starts the emulator as a process of its own, which can be stopped to see what the app does then. */
export async function startDemoProvider(
  baseUrl: string,
  { port }: { readonly port: number },
): Promise<DemoProvider> {
  const audience = `${baseUrl}/api`;
  const emulator = await spawnOidcEmulator({
    port,
    audiences: [audience],
    clients: [
      {
        clientId: CLIENT_ID,
        clientSecret: CLIENT_SECRET,
        name: "Pinboard",
        redirectUris: [`${baseUrl}/auth/callback/oidc`],
        postLogoutRedirectUris: [`${baseUrl}/`],
      },
    ],
  }).catch((error: unknown) => {
    const why = error instanceof Error ? error.message : "";
    throw new Error(
      `The emulator did not start on port ${port}: ${why}. Choose another: EMULATOR_PORT=${port + 1}`,
    );
  });
  return {
    emulator,
    audience,
    env: {
      AUTH_PROVIDER: "oidc",
      OIDC_ISSUER: emulator.issuer,
      OIDC_ALLOW_INSECURE_LOOPBACK: "true",
      OIDC_CLIENT_ID: CLIENT_ID,
      OIDC_CLIENT_SECRET: CLIENT_SECRET,
      OIDC_SCOPES: "openid profile email offline_access",
      OIDC_AUDIENCE: audience,
      OIDC_ORG_CLAIM: "org_id",
      OIDC_ORG_SLUG_CLAIM: "org_slug",
      OIDC_ORG_NAME_CLAIM: "org_name",
      OIDC_ORG_UNKNOWN: "provision",
      OIDC_ORGS_CLAIM: "organizations",
      OIDC_ORG_PARAM: "organization",
      OIDC_ROLES_CLAIM: "roles",
    },
  };
}
