import { createHash, randomBytes } from "node:crypto";
import { NotPossible, type AppFacts, type OpaqueControls } from "@tenantry/conformance";
import { signInHeadless, type OidcEmulator } from "@tenantry/emulators";

/**
 * Opaque access tokens of people, read by introspection (RFC 7662). They come from a code flow
 * without `resource`, and name no audience; the adapter is told that this client's count.
 */
export function opaqueControls(
  app: AppFacts,
  emulator: OidcEmulator,
  client: { readonly clientId: string; readonly clientSecret: string },
): OpaqueControls {
  const { issuer, controls } = emulator;
  const { world } = controls;
  let people = 0;

  async function post(path: string, form: Record<string, string>): Promise<Response> {
    const basic = Buffer.from(`${client.clientId}:${client.clientSecret}`).toString("base64");
    const response = await fetch(`${issuer}${path}`, {
      method: "POST",
      headers: { authorization: `Basic ${basic}` },
      body: new URLSearchParams(form),
    });
    if (!response.ok) throw new Error(`${path} answered ${response.status}`);
    return response;
  }

  return {
    kind: "access",
    async issue({ tenant, role, scopes = app.permissions, expiresInSeconds }) {
      if (expiresInSeconds !== undefined) {
        throw new NotPossible(
          "an expired token is one that the issuer calls inactive: https://www.rfc-editor.org/rfc/rfc7662#section-2.2",
        );
      }
      people += 1;
      const id = `user_opaque_${people}`;
      const email = `opaque-${people}@people.example`;
      world.users.add({ id, email, emailVerified: true, name: "Opaque" });
      if (tenant !== null) {
        world.memberships.add({ userId: id, tenantId: tenant, roles: [role], status: "active" });
      }
      const verifier = randomBytes(32).toString("base64url");
      const authorizationUrl = new URL(`${issuer}/auth`);
      authorizationUrl.search = new URLSearchParams({
        client_id: client.clientId,
        response_type: "code",
        redirect_uri: app.redirectUri,
        scope: ["openid", ...scopes].join(" "),
        code_challenge: createHash("sha256").update(verifier).digest("base64url"),
        code_challenge_method: "S256",
      }).toString();
      const callback = await signInHeadless({ authorizationUrl, person: email });
      const response = await post("/token", {
        grant_type: "authorization_code",
        code: callback.searchParams.get("code") ?? "",
        redirect_uri: app.redirectUri,
        code_verifier: verifier,
      });
      const { access_token: credential }: { access_token: string } = await response.json();
      return { credential };
    },
    async revoke(credential) {
      await post("/token/revocation", { token: credential });
    },
    unknown: () => "never-issued-opaque-token-0123456789",
  };
}
