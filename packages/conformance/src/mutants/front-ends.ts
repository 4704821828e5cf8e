import type { FrontEndControls } from "../target/front-end.ts";
import type { Started } from "../target/target.ts";
import { readToken } from "./ledger.ts";
import type { AdapterMutant } from "./mutant.ts";

/** Adapters that take the vendor's front-end cookies too lightly. */
export const frontEndMutants: readonly AdapterMutant[] = [
  {
    id: "front-end-ignores-signature",
    defect: "It reads the front end's cookie without looking at its signature or seal.",
    fails: ["sessions.frontend.forged"],
    spoil(started) {
      const { frontEnd } = started;
      if (frontEnd === undefined) return null;
      const honest = new Set<string>();
      return {
        started: { ...started, frontEnd: remembering(frontEnd, honest) },
        defects: { request: repairing(started, honest) },
      };
    },
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

/** Keeps what the cookies of every browser were when they were honest. */
function remembering(frontEnd: FrontEndControls, honest: Set<string>): FrontEndControls {
  return {
    async signIn(who) {
      const browser = await frontEnd.signIn(who);
      for (const value of Object.values(browser.cookies())) honest.add(value);
      return browser;
    },
  };
}

/**
 * Signs every token in a cookie anew, so that a forged one is as good as an honest one. A sealed one
 * cannot be read without its key, so of these the honest one that it was made from takes its place.
 */
function repairing({ tokens }: Started, honest: ReadonlySet<string>) {
  const repaired = async (value: string): Promise<string> => {
    const read = readToken(value);
    if (read !== null) return tokens.sign({ ...read, key: "current" });
    const original = [...honest].find(
      (one) => one.slice(0, SEAL_BEGINS) === value.slice(0, SEAL_BEGINS),
    );
    return original ?? value;
  };
  return async (request: Request): Promise<Request> => {
    const pairs = (request.headers.get("cookie") ?? "").split("; ");
    const cookies = await Promise.all(
      pairs.map(async (pair) => {
        const split = pair.indexOf("=") + 1;
        return pair.slice(0, split) + (await repaired(pair.slice(split)));
      }),
    );
    const headers = new Headers(request.headers);
    headers.set("cookie", cookies.join("; "));
    return new Request(request.url, { method: request.method, headers });
  };
}

/** Long enough to tell two seals apart; what is damaged begins like its original. */
const SEAL_BEGINS = 80;
