import type { ReplayStore, RevocationStore, SessionStore } from "../directory/ports.ts";
import type { Reason, Result } from "../internal/result.ts";
import type { Runtime } from "../internal/runtime.ts";
import type { RefreshRequest } from "../provider/login-flow.ts";
import type { SessionChanges, SessionLimits, SessionStart } from "./begin.ts";
import { hostCookieName } from "./cookies.ts";
import type { Sleep } from "./lease.ts";
import type { SessionRecord } from "./record.ts";
import type { SessionRenewal } from "./renewal.ts";
import type { Sealer } from "./seal.ts";
import { createSealedSessions } from "./sealed.ts";
import { createStoredSessions } from "./stored.ts";

/** What a session cookie turned out to be. Nothing but a sign-out ever clears it. */
export type SessionRead =
  | {
      readonly kind: "session";
      readonly session: SessionRecord;
      readonly setCookies: readonly string[];
    }
  /**
   * Not a session. The cookie stays: it may be an old one that came late, and clearing it would
   * wipe the newer one that the browser has by now.
   */
  | { readonly kind: "invalid"; readonly reason: Reason; readonly setCookies: readonly [] }
  | { readonly kind: "unavailable"; readonly reason: Reason; readonly setCookies: readonly [] };

/** A session and the `Set-Cookie` values that hand it to the browser. */
export interface IssuedSession {
  readonly session: SessionRecord;
  readonly setCookies: readonly string[];
}

/** What became of a switch without a new sign-in. */
export type SwitchedSession =
  | ({ readonly kind: "switched" } & IssuedSession)
  /** Only a sign-in that names the tenant can tell. */
  | { readonly kind: "sign_in" }
  | { readonly kind: "mismatch"; readonly reason: Reason }
  | { readonly kind: "invalid"; readonly reason: Reason }
  | { readonly kind: "unavailable"; readonly reason: Reason };

/** Whose sessions a provider's sign-out ends. Never across issuers. */
export interface VendorSessionKey {
  readonly instance: string;
  readonly issuer: string;
  readonly sessionId?: string;
  readonly subject?: string;
}

/** Our own sessions. No method throws for what a cookie holds. */
export interface Sessions {
  /** The cookie's full name. */
  readonly cookieName: string;
  /**
   * What a cookie's value stands for. Renews at the vendor when that is due, and writes down the
   * last use once a minute.
   */
  read(value: string): Promise<SessionRead>;
  /** As `read`, without renewing or writing anything. */
  peek(value: string): Promise<SessionRead>;
  /** Begins a session after a finished sign-in. Rejects with `cookie_too_large`, `store_unavailable`, `session_not_a_person`. */
  begin(start: SessionStart): Promise<Result<IssuedSession>>;
  /**
   * Ends a session and begins its successor with a new id and cookie: what somebody planted or saw
   * before is worth nothing afterwards. Rejects with `session_ended`, `*_unavailable`,
   * `cookie_too_large`.
   */
  rotate(session: SessionRecord, changes: SessionChanges): Promise<Result<IssuedSession>>;
  /** Moves a session to another tenant by a refresh that names it, where the vendor can do that. */
  switchTo(
    session: SessionRecord,
    target: { readonly tenantId: string; readonly tenant: NonNullable<RefreshRequest["tenant"]> },
  ): Promise<SwitchedSession>;
  /** Ends a session for good and gives the `Set-Cookie` value that clears it. Throws when the store cannot answer. */
  end(session: SessionRecord): Promise<readonly string[]>;
  /** The `Set-Cookie` values that make a browser forget its session. */
  clear(): readonly string[];
  /** The person's sessions that still count. Sealed mode knows only the one given. Throws when the store cannot answer. */
  list(session: SessionRecord): Promise<readonly SessionRecord[]>;
  /** Ends what a provider's sign-out names; how many is 0 in sealed mode, which cannot count. Throws when a store cannot answer. */
  endByVendor(key: VendorSessionKey): Promise<number>;
}

/** What sessions need. */
export interface SessionsDeps {
  readonly mode: "stored" | "sealed";
  /** Without prefix. */
  readonly cookieName: string;
  readonly limits: SessionLimits;
  readonly store: SessionStore;
  readonly revocations: RevocationStore;
  readonly replay: ReplayStore;
  readonly sealer: Sealer;
  readonly runtime: Pick<Runtime, "nowMs" | "randomBytes" | "log" | "telemetry">;
  /** Stored mode: how to renew at the vendor. Without it sessions live by our limits alone. */
  readonly renewal?: SessionRenewal;
  /** For tests that bring their own clock. */
  readonly sleep?: Sleep;
}

/** The deps of one mode, with nothing left open. `cookieName` is the full name here. */
export interface ModeDeps extends Omit<SessionsDeps, "mode" | "sleep"> {
  readonly sleep: Sleep;
}

const wait: Sleep = (ms) =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });

/** Makes {@link Sessions} of one mode. Throws `TypeError` for a malformed cookie name or limits that are not positive. */
export function createSessions({ mode, sleep = wait, ...deps }: SessionsDeps): Sessions {
  const { absoluteMs, idleMs } = deps.limits;
  if (!(absoluteMs > 0) || !(idleMs > 0)) {
    throw new TypeError(
      'Options "session.absoluteSeconds" and "session.idleSeconds" must be positive.',
    );
  }
  const cookieName = hostCookieName(deps.cookieName);
  const modeDeps: ModeDeps = { ...deps, cookieName, sleep };
  return mode === "stored" ? createStoredSessions(modeDeps) : createSealedSessions(modeDeps);
}
