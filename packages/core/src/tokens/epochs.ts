import { sha256 } from "../internal/encoding.ts";
import { ok, reject, type Result } from "../internal/result.ts";
import type { Log } from "../log.ts";
import type { Identity } from "./profile.ts";

/** Reads when keys were last revoked: milliseconds, 0 for never, in the order asked. */
export interface EpochReader {
  read(keys: readonly string[]): Promise<readonly number[]>;
}

/** The epochs that a verified credential rests on, as they were when it was verified. */
export interface EpochStamp {
  readonly keys: readonly string[];
  readonly values: readonly number[];
}

/** The epoch key of everything that one subject of one issuer holds. */
export async function subjectEpochKey(
  instance: string,
  issuer: string,
  subject: string,
): Promise<string> {
  // JSON keeps the two apart: ["a","bc"] and ["ab","c"] must not be one key.
  return `subject:${instance}:${await sha256(JSON.stringify([issuer, subject]))}`;
}

/** The epoch key of one session at a provider (`sid`). */
export async function vendorSessionEpochKey(
  instance: string,
  issuer: string,
  sessionId: string,
): Promise<string> {
  return `vendor_session:${instance}:${await sha256(JSON.stringify([issuer, sessionId]))}`;
}

/** Asks for epochs and compares them; a store that cannot answer gives `store_unavailable`. */
export interface Epochs {
  /**
   * The epochs of a credential that was just verified; `revoked` if it was issued before one of
   * them. A token knows only the second of its issue, so one from the very second of the revocation
   * is refused too: better a fresh sign-in than a stolen token that survives.
   */
  stamp(instance: string, identity: Identity): Promise<Result<EpochStamp>>;
  /** Whether nothing was revoked since: `revoked` means "verify again", not more. */
  check(stamp: EpochStamp): Promise<Result<EpochStamp>>;
}

/** Makes {@link Epochs}. Without a reader nothing is ever revoked. */
export function createEpochs(reader: EpochReader | undefined, log: Log): Epochs {
  const none: EpochStamp = { keys: [], values: [] };
  const read = async (keys: readonly string[]): Promise<Result<readonly number[]>> => {
    try {
      const values = (await reader?.read(keys)) ?? [];
      // SECURITY: a short or odd answer is no answer; it must not read as "never revoked".
      const isWhole = values.length === keys.length && values.every((at) => Number.isFinite(at));
      if (isWhole) return ok(values);
      log({ level: "error", event: "epochs.read_failed", reason: "incomplete" });
    } catch (error) {
      const reason = error instanceof Error ? error.name : "Error";
      log({ level: "error", event: "epochs.read_failed", reason });
    }
    return reject("store_unavailable");
  };
  return {
    async stamp(instance, identity) {
      if (reader === undefined) return ok(none);
      const { issuer, subject, sessionId } = identity;
      const keys = [await subjectEpochKey(instance, issuer, subject)];
      if (sessionId !== undefined) {
        keys.push(await vendorSessionEpochKey(instance, issuer, sessionId));
      }
      const values = await read(keys);
      if (!values.ok) return values;
      const issuedAtMs = identity.issuedAtSeconds * 1000;
      if (values.value.some((revokedAtMs) => revokedAtMs > 0 && issuedAtMs <= revokedAtMs)) {
        return reject("revoked");
      }
      return ok({ keys, values: values.value });
    },
    async check(stamp) {
      const values = await read(stamp.keys);
      if (!values.ok) return values;
      return values.value.every((value, index) => value === stamp.values[index])
        ? ok(stamp)
        : reject("revoked");
    },
  };
}
