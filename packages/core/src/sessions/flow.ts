import { encodeBase64Url, sha256 } from "../internal/encoding.ts";
import type { Result } from "../internal/result.ts";
import { ok } from "../internal/result.ts";
import type { Runtime } from "../internal/runtime.ts";
import type { FlowState } from "../provider/login-flow.ts";
import type { ReplayStore } from "../directory/ports.ts";
import type { CookieJar } from "../request/cookies.ts";
import { clearCookie, hostCookieName, setCookie } from "./cookies.ts";
import type { Sealer } from "./seal.ts";

/** The tenant a sign-in was asked for. Whether it exists may not be known yet. */
export interface AskedTenant {
  readonly slug: string;
  readonly tenantId: string | null;
  /** The vendor's id of it at this instance, if it is linked. */
  readonly external: string | null;
}

/** One sign-in under way in one browser. */
export interface Flow {
  /** 256 random bits; goes out as `state` and comes back. */
  readonly id: string;
  /** How many steps lie behind: each is taken once. */
  readonly step: number;
  readonly purpose: "login" | "switch" | "step_up" | "link";
  readonly instance: string;
  readonly connectionId: string | null;
  readonly asked: AskedTenant | null;
  readonly returnTo: string;
  /** Who has to come back, when someone already signed in is asked again, or whom a new identity joins. */
  readonly expectedUserId: string | null;
  readonly createdAtMs: number;
  /** Where the next step arrives: at the callback address, or from one of our own forms. */
  readonly awaits: "callback" | "form";
  /** The adapter's own notes: nonce, code verifier. */
  readonly state: FlowState;
}

/** Keeps flows in the browser they began in, one sealed cookie each, so that tabs do not disturb each other. */
export interface Flows {
  begin(start: Omit<Flow, "id" | "step" | "createdAtMs" | "awaits" | "state">): Flow;
  /** The `Set-Cookie` values that keep this flow, or `cookie_too_large`. The oldest flows give way. */
  save(flow: Flow, jar: CookieJar): Promise<Result<readonly string[]>>;
  /** The flow with this id, if this browser has it and it has not expired. */
  load(jar: CookieJar, id: string): Promise<Flow | null>;
  /** True for exactly one caller per step. Throws when the store cannot answer. */
  claim(flow: Flow): Promise<boolean>;
  /** The `Set-Cookie` value that forgets a flow. */
  clear(flow: Flow): Promise<string>;
}

/** What flows need. */
export interface FlowsDeps {
  /** The session cookie's name without prefix; flow cookies are named after it. */
  readonly cookieName: string;
  readonly sealer: Sealer;
  readonly replay: ReplayStore;
  readonly runtime: Pick<Runtime, "nowMs" | "randomBytes">;
}

const PURPOSE = "flow";
const ID_BYTES = 32;
const LIFETIME_MS = 600_000;
const MAX_FLOWS = 8;
/** Servers refuse request headers of more than 16 kB in all; unfinished sign-ins must not get there. */
const MAX_TOTAL_LENGTH = 8192;

/** Makes {@link Flows}. */
export function createFlows({ cookieName, sealer, replay, runtime }: FlowsDeps): Flows {
  const prefix = `${hostCookieName(cookieName)}-flow-`;

  async function nameOf(id: string): Promise<string> {
    return `${prefix}${(await sha256(id)).slice(0, 12)}`;
  }

  async function open(jar: CookieJar, name: string): Promise<Flow | null> {
    const [value, second] = jar.all(name);
    if (value === undefined || second !== undefined) return null;
    const flow = await sealer.open(PURPOSE, value, { aad: name });
    return isFlow(flow) ? flow : null;
  }

  /** Names of flow cookies that have to go so that one of `length` finds room. */
  async function surplus(jar: CookieJar, own: string, length: number): Promise<readonly string[]> {
    const names = [...new Set(jar.names)].filter((name) => name.startsWith(prefix) && name !== own);
    const flows = await Promise.all(
      names.map(async (name) => ({
        name,
        length: name.length + jar.all(name).join().length,
        // What does not open counts as oldest.
        createdAtMs: (await open(jar, name))?.createdAtMs ?? 0,
      })),
    );
    let count = 1;
    let total = length;
    const gone: string[] = [];
    for (const flow of flows.toSorted((a, b) => b.createdAtMs - a.createdAtMs)) {
      count += 1;
      total += flow.length;
      if (count > MAX_FLOWS || total > MAX_TOTAL_LENGTH) gone.push(flow.name);
    }
    return gone;
  }

  return {
    begin(start) {
      return {
        ...start,
        id: encodeBase64Url(runtime.randomBytes(ID_BYTES)),
        step: 0,
        createdAtMs: runtime.nowMs(),
        awaits: "callback",
        state: {},
      };
    },

    async save(flow, jar) {
      const name = await nameOf(flow.id);
      const expiresAtMs = flow.createdAtMs + LIFETIME_MS;
      const value = await sealer.seal(PURPOSE, flow, { expiresAtMs, aad: name });
      const cookie = setCookie(name, value, {
        maxAgeSeconds: (expiresAtMs - runtime.nowMs()) / 1000,
      });
      if (!cookie.ok) return cookie;
      const gone = await surplus(jar, name, name.length + value.length);
      return ok([...gone.map(clearCookie), cookie.value]);
    },

    async load(jar, id) {
      const flow = await open(jar, await nameOf(id));
      // SECURITY: the cookie's name holds only a part of the id's hash.
      return flow !== null && flow.id === id ? flow : null;
    },

    async claim(flow) {
      // SECURITY: a callback address lies in histories and logs. Each step is taken once, even by
      // the right browser.
      const value = `flow:${await sha256(flow.id)}:${flow.step}`;
      return replay.claim(value, flow.createdAtMs + LIFETIME_MS);
    },

    async clear(flow) {
      return clearCookie(await nameOf(flow.id));
    },
  };
}

/** Only `save` seals for this purpose; another version of this code may have been the one. */
function isFlow(value: unknown): value is Flow {
  return (
    typeof value === "object" &&
    value !== null &&
    "id" in value &&
    "state" in value &&
    "awaits" in value &&
    "createdAtMs" in value &&
    typeof value.createdAtMs === "number"
  );
}
