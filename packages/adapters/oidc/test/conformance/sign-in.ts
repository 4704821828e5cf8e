import { NotPossible, type AnswerForgery, type SignInControls } from "@tenantry/conformance";
import { signInHeadless, type OidcControls, type OidcHooks } from "@tenantry/emulators";
import { decodeJwt } from "jose";

const HOUR = 3600;

/** The browser's part of a sign-in, and ID tokens that say what they should not. */
export function signInControls(controls: OidcControls): SignInControls {
  const { world } = controls;
  return {
    visit: ({ location, person, tenant, cancel }) => {
      const organization = tenant === undefined ? undefined : world.tenantBySlugOrId(tenant)?.slug;
      return signInHeadless({
        authorizationUrl: location,
        person,
        ...(organization === undefined ? {} : { organization }),
        ...(cancel === true ? { cancel } : {}),
      });
    },
    async substitute(other) {
      if (other === null) controls.setHooks({});
      else {
        controls.setHooks({
          async tamperIdToken({ header, claims }, sign) {
            const honest = await controls.mintIdToken({
              person: other.person ?? String(claims["sub"]),
              organization: other.tenant ?? String(claims["org_id"]),
            });
            const { nonce, at_hash: hash, sid, aud, auth_time: at } = claims;
            const changes = { ...decodeJwt(honest), nonce, at_hash: hash, sid, aud, auth_time: at };
            return sign({ header, claims: { ...claims, ...changes } });
          },
        });
      }
    },
    async forge(how) {
      controls.setHooks(how === null ? {} : forging(how));
    },
  };
}

function forging(how: AnswerForgery): OidcHooks {
  return {
    tamperIdToken({ header, claims, jwt }, sign) {
      const now = Math.floor(Date.now() / 1000);
      switch (how) {
        case "rogue-key":
          return sign({ header, claims, key: "rogue" });
        case "other-audience":
          return sign({ header, claims: { ...claims, aud: "another-app" } });
        case "expired":
          return sign({
            header,
            claims: { ...claims, iat: now - 2 * HOUR, exp: now - HOUR },
          });
        case "other-flow":
          // A refresh has no flow and no nonce.
          return claims["nonce"] === undefined
            ? jwt
            : sign({ header, claims: { ...claims, nonce: "of-another-flow" } });
        default:
          throw new NotPossible(`OpenID Connect has no proof of kind ${String(how)}`);
      }
    },
  };
}
