import type { Provider } from "@tenantry/core/provider";

/** A page that shows this cookie is sent to the provider to be renewed. */
export const RENEWAL_COOKIE = "__test_renew";

export const RENEWAL_LOCATION = "https://idp.example.test/renew";

/** A vendor with a front end of its own: it renews by a redirect, and sets two cookies as it does. */
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
    recover: ({ jar }) =>
      Promise.resolve(
        jar.all(RENEWAL_COOKIE).length === 0
          ? { kind: "none" }
          : {
              kind: "redirect",
              location: RENEWAL_LOCATION,
              setCookies: ["__test_tries=1; Path=/", "__test_from=here; Path=/"],
            },
      ),
  },
};
