import {
  demoWorld,
  startOidcEmulator,
  type OidcEmulator,
  type OidcEmulatorOptions,
} from "@tenantry/emulators";

const AUDIENCE = "https://api.example.test";

/** An issuer in this test's own process, with controls, that the demo is told of like any other. */
export async function startIssuer(
  options: Pick<Partial<OidcEmulatorOptions>, "world" | "clients"> = {},
): Promise<OidcEmulator> {
  return startOidcEmulator({
    world: demoWorld(),
    audiences: [AUDIENCE, "https://other-api.example.test"],
    clients: [],
    ...options,
  });
}

/** The variables that make the demo use an issuer, and nothing that names a tenant. */
export function issuerEnv(issuer: string): Readonly<Record<string, string>> {
  return {
    OIDC_ISSUER: issuer,
    OIDC_CLIENT_ID: "pinboard",
    OIDC_CLIENT_SECRET: "pinboard-secret",
    OIDC_ALLOW_INSECURE_LOOPBACK: "true",
    OIDC_AUDIENCE: AUDIENCE,
  };
}

/** How the emulator's tokens name organizations and roles. */
export const ORGANIZATIONS: Readonly<Record<string, string>> = {
  OIDC_ORG_CLAIM: "org_id",
  OIDC_ORG_SLUG_CLAIM: "org_slug",
  OIDC_ORG_NAME_CLAIM: "org_name",
  OIDC_ORG_UNKNOWN: "provision",
  OIDC_ORGS_CLAIM: "organizations",
  OIDC_ORG_PARAM: "organization",
  OIDC_ROLES_CLAIM: "roles",
};
