import { decodeJwt, decodeProtectedHeader } from "jose";
import type { Provider } from "oidc-provider";
import { endpointOf } from "./endpoints.ts";
import type { OidcHooks } from "./hooks.ts";
import { signToken, type KeyRing } from "./sign.ts";

type Middleware = Parameters<Provider["use"]>[0];

/** Lets the hooks change what leaves the emulator. Without hooks it changes nothing. */
export function tamperWith(hooks: () => OidcHooks, keyRing: () => KeyRing): Middleware {
  return async (ctx, next) => {
    await next();
    const { tamperIdToken, tamperResponse } = hooks();
    if (!isJson(ctx.body)) return;
    const idToken = ctx.body["id_token"];
    if (tamperIdToken !== undefined && typeof idToken === "string") {
      const parts = { header: decodeProtectedHeader(idToken), claims: decodeJwt(idToken) };
      const bent = await tamperIdToken({ jwt: idToken, ...parts }, (request) =>
        signToken(keyRing(), request),
      );
      ctx.body = { ...ctx.body, id_token: bent };
    }
    if (tamperResponse !== undefined && isJson(ctx.body)) {
      ctx.body = await tamperResponse(endpointOf(ctx.path), ctx.body);
    }
  };
}

function isJson(body: unknown): body is Record<string, unknown> {
  return (
    typeof body === "object" && body !== null && Object.getPrototypeOf(body) === Object.prototype
  );
}
