import type { Auth } from "@tenantry/core/http";
import { isRecord, type Message } from "./body.ts";
import { callerKey, type Caller } from "./call.ts";
import type { Handles } from "./contexts.ts";

const HANDLE_SECONDS = 3600;
const STATE_SECONDS = 600;

/** Handles of one caller: what is minted for somebody else, or somewhere else, opens for nobody here. */
export function handlesOf(auth: Pick<Auth, "http">, caller: Caller): Handles {
  const place = (kind: string) => JSON.stringify(["handle", kind, callerKey(caller.context)]);
  return {
    mint: (kind, value, { expiresInSeconds = HANDLE_SECONDS } = {}) =>
      auth.http.seal(value, { place: place(kind), expiresInSeconds }),
    open: (kind, handle) => auth.http.open(handle, { place: place(kind) }),
  };
}

/** The state of a call that takes several rounds, as it travels through the client. */
export interface States {
  seal(caller: Caller, message: Message, state: string): Promise<string>;
  /** Null: forged, expired, or of another caller, tenant or call. */
  open(caller: Caller, message: Message, sealed: string): Promise<string | null>;
}

/** Makes {@link States}. */
export function createStates(auth: Pick<Auth, "http">): States {
  return {
    async seal(caller, message, state) {
      const place = await placeOf(caller, message);
      return auth.http.seal(state, { place, expiresInSeconds: STATE_SECONDS });
    },
    async open(caller, message, sealed) {
      const state = await auth.http.open(sealed, { place: await placeOf(caller, message) });
      return typeof state === "string" ? state : null;
    },
  };
}

/**
 * SECURITY: issuer, person and tenant, and not the client id, which all users of a client share; and
 * what was asked, so that an approval of one thing is none of another.
 */
async function placeOf(caller: Caller, { method, params }: Message): Promise<string> {
  const asked = sorted([
    params["name"] ?? null,
    params["uri"] ?? null,
    params["arguments"] ?? null,
  ]);
  const bytes = new TextEncoder().encode(JSON.stringify(asked));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return JSON.stringify([
    "state",
    callerKey(caller.context),
    method,
    Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join(""),
  ]);
}

/** The same value with the members of objects in one order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isRecord(value)) return value;
  return Object.entries(value)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => [name, sorted(member)]);
}
