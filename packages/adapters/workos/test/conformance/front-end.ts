import type { FrontEndControls } from "@tenantry/conformance";
import { signInHeadless, type WorkosEmulator } from "@tenantry/emulators";
import { WorkOS } from "@workos-inc/node";
import { decodeJwt } from "jose";
import { seal, unseal } from "../../src/sealed-cookie.ts";

const NAME = "wos-session";

/** A front end on the vendor's own SDK, which seals its session into a cookie. */
export function frontEndControls(
  { addresses, controls }: Pick<WorkosEmulator, "addresses" | "controls">,
  app: {
    readonly clientId: string;
    readonly apiKey: string;
    readonly redirectUri: string;
    readonly cookiePassword: string;
  },
): FrontEndControls {
  const { clientId, redirectUri, cookiePassword } = app;
  const { hostname, port } = new URL(addresses.address);
  const sdk = new WorkOS(app.apiKey, {
    clientId,
    apiHostname: hostname,
    port: Number(port),
    https: false,
  });
  return {
    async signIn({ person, tenant = "" }) {
      const authorizationUrl = sdk.userManagement.getAuthorizationUrl({
        provider: "authkit",
        organizationId: tenant,
        redirectUri,
        clientId,
        state: "s",
      });
      const organization = controls.world.tenantBySlugOrId(tenant)?.slug ?? "";
      const callback = await signInHeadless({ authorizationUrl, person, organization });
      const { sealedSession = "" } = await sdk.userManagement.authenticateWithCode({
        code: callback.searchParams.get("code") ?? "",
        clientId,
        session: { sealSession: true, cookiePassword },
      });
      let value = sealedSession;
      const take = (line: string) => {
        value = /^wos-session=([^;]*)/.exec(line)?.[1] ?? value;
      };
      return {
        cookies: () => ({ [NAME]: value }),
        async expire() {
          const settings = { name: NAME, password: cookiePassword, domain: undefined };
          const session = await unseal(value, settings);
          if (session === null) throw new TypeError("the cookie cannot be opened");
          const now = Math.floor(Date.now() / 1000);
          const claims = { ...decodeJwt(session.accessToken), iat: now - 400, exp: now - 60 };
          const accessToken = await controls.sign({ claims });
          const url = new URL(redirectUri);
          take(await seal({ ...session.all, accessToken }, { url }, settings));
        },
        store: (lines) => lines.forEach(take),
        follow: () => Promise.reject(new TypeError("this front end sends nobody anywhere")),
      };
    },
  };
}
