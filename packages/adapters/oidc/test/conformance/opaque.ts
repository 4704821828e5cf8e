import { NotPossible, type AppFacts, type OpaqueControls } from "@tenantry/conformance";
import type { OidcEmulator } from "@tenantry/emulators";

/** Opaque tokens name no audience here, so the adapter is told whose count. */
export const OPAQUE_CLIENTS = Array.from({ length: 40 }, (_, index) => `opaque-${index}`);

/** Opaque access tokens from the token endpoint of the emulator, read by introspection (RFC 7662). */
export function opaqueControls(app: AppFacts, emulator: OidcEmulator): OpaqueControls {
  const { issuer, controls } = emulator;
  const owners = new Map<string, { readonly clientId: string; readonly clientSecret: string }>();

  async function post(path: string, owner: string, form: Record<string, string>) {
    const response = await fetch(`${issuer}${path}`, {
      method: "POST",
      headers: { authorization: `Basic ${Buffer.from(owner).toString("base64")}` },
      body: new URLSearchParams(form),
    });
    if (!response.ok) throw new Error(`${path} answered ${response.status}`);
    return response;
  }

  return {
    async issue({ tenant, role, scopes = app.permissions, expiresInSeconds }) {
      if (expiresInSeconds !== undefined) {
        throw new NotPossible(
          "an expired token is inactive to the issuer: https://www.rfc-editor.org/rfc/rfc7662#section-2.2",
        );
      }
      const clientId = OPAQUE_CLIENTS[owners.size] ?? "too-many";
      const clientSecret = `${clientId}-secret`;
      controls.world.services.add({
        clientId,
        clientSecret,
        tenantId: tenant,
        roles: [role],
        scopes: app.permissions,
      });
      const response = await post("/token", `${clientId}:${clientSecret}`, {
        grant_type: "client_credentials",
        scope: scopes.join(" "),
      });
      const { access_token: credential }: { access_token: string } = await response.json();
      owners.set(credential, { clientId, clientSecret });
      return { credential };
    },
    async revoke(credential) {
      const owner = owners.get(credential);
      if (owner === undefined) throw new TypeError("this credential was not issued here");
      await post("/token/revocation", `${owner.clientId}:${owner.clientSecret}`, {
        token: credential,
      });
    },
    unknown: () => "never-issued-opaque-token-0123456789",
  };
}
