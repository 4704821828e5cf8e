import type { Provider } from "@tenantry/core/provider";

/** A page that shows this cookie is sent to the provider to be renewed. */
export const RENEWAL_COOKIE = "__test_renew";

export const RENEWAL_LOCATION = "https://idp.example.test/renew";

/** Its value is a token: the vendor renews the one it had, and sets a cookie as it does. */
export const RENEWED_COOKIE = "__test_renewed";

export const RENEWED_SET_COOKIE = "__test=renewed; Path=/; HttpOnly";

/** A page that shows this one is told that there is nothing left to renew. */
export const GONE_COOKIE = "__test_gone";

export const GONE_SET_COOKIE = "__test=; Path=/; Max-Age=0";

/** A vendor with a front end of its own, which renews by a redirect or at once. */
export const frontEnd: Pick<Provider, "credentials" | "browserSession"> = {
  credentials: [
    {
      name: "front-end",
      cookies: ["__test"],
      pick(jar) {
        const [token, second] = jar.all("__test");
        if (second !== undefined) return { kind: "conflict" };
        return token === undefined ? { kind: "none" } : { kind: "one", token };
      },
    },
  ],
  browserSession: {
    async recover({ jar }) {
      if (jar.all(RENEWAL_COOKIE).length > 0) {
        const setCookies = ["__test_tries=1; Path=/", "__test_from=here; Path=/"];
        return { kind: "redirect", location: RENEWAL_LOCATION, setCookies };
      }
      const [token] = jar.all(RENEWED_COOKIE);
      if (token !== undefined) return { kind: "token", token, setCookies: [RENEWED_SET_COOKIE] };
      const isGone = jar.all(GONE_COOKIE).length > 0;
      return { kind: "none", setCookies: isGone ? [GONE_SET_COOKIE] : [] };
    },
  },
};
