import type { Started } from "../target/target.ts";
import { readToken } from "./ledger.ts";
import type { AdapterMutant } from "./mutant.ts";

/** Adapters that take the vendor's front-end cookies too lightly. */
export const frontEndMutants: readonly AdapterMutant[] = [
  {
    id: "front-end-ignores-signature",
    defect: "It reads the front end's cookie without looking at its signature.",
    fails: ["sessions.frontend.forged"],
    spoil: (started) =>
      started.frontEnd === undefined ? null : { started, defects: { request: resigning(started) } },
  },
  {
    id: "front-end-ignores-origin",
    defect: "It takes writes with a front-end cookie from every page.",
    fails: ["sessions.frontend.csrf"],
    spoil: (started) =>
      started.frontEnd === undefined
        ? null
        : {
            started,
            defects: {
              request: async (request) => {
                const { url, headers } = request;
                return Promise.resolve(new Request(url, { headers }));
              },
            },
          },
    mayFail: ["sessions.frontend.expired"],
  },
  {
    id: "front-end-forgets-the-tenant",
    defect: "It does not read the active organization of the front end's session.",
    fails: ["sessions.frontend.honest"],
    spoil(started) {
      if (started.frontEnd === undefined) return null;
      const { frontEnd } = started;
      return {
        started: {
          ...started,
          frontEnd: {
            ...frontEnd,
            signIn: async ({ person }) => frontEnd.signIn({ person }),
          },
        },
      };
    },
    mayFail: [
      "sessions.frontend.forged",
      "sessions.frontend.csrf",
      "sessions.frontend.expired",
      "sessions.frontend.ended",
    ],
  },
];

/** Signs every token in a cookie anew, so that a forged one is as good as an honest one. */
function resigning({ tokens }: Started) {
  return async (request: Request): Promise<Request> => {
    const pairs = (request.headers.get("cookie") ?? "").split("; ");
    const signed = await Promise.all(
      pairs.map(async (pair) => {
        const split = pair.indexOf("=");
        const read = readToken(pair.slice(split + 1));
        return read === null
          ? pair
          : `${pair.slice(0, split)}=${await tokens.sign({ ...read, key: "current" })}`;
      }),
    );
    const headers = new Headers(request.headers);
    headers.set("cookie", signed.join("; "));
    return new Request(request.url, { method: request.method, headers });
  };
}
