import { base32 } from "../directory/local-id.ts";
import { decodeBase64Url, sha256 } from "../internal/encoding.ts";

const ID_BYTES = 10;
const SECRET_BYTES = 30;
const CHECK_BYTES = 5;
/** Ten bytes are 16 characters, thirty are 48, five are 8: no padding anywhere. */
const BODY = /^([a-z2-7]{16})_([a-z2-7]{48})([a-z2-7]{8})$/;

/** The text form of local API keys: `<prefix>_<id>_<secret><check>`. */
export interface KeyFormat {
  /** A new key with its public id. */
  make(
    randomBytes: (length: number) => Uint8Array,
  ): Promise<{ readonly id: string; readonly key: string }>;
  /** Whether this is meant to be one of ours. Nothing is known about its truth. */
  recognises(text: string): boolean;
  /** The public id of a key whose check holds; null for anything else, without asking any store. */
  idOf(text: string): Promise<string | null>;
}

/**
 * Makes the format for one prefix. The prefix lets secret scanners find a leaked key; the check,
 * a part of a hash, lets them and us tell a key from text that looks like one. It guards nothing:
 * the secret does, with 240 random bits.
 */
export function createKeyFormat(prefix: string): KeyFormat {
  if (!/^[a-z][a-z0-9]{1,15}$/.test(prefix)) {
    throw new TypeError(`API key prefix "${prefix}" must match ^[a-z][a-z0-9]{1,15}$.`);
  }
  const start = `${prefix}_`;

  async function checkOf(unchecked: string): Promise<string> {
    const digest = decodeBase64Url(await sha256(unchecked)) ?? new Uint8Array();
    return base32(digest.subarray(0, CHECK_BYTES));
  }

  return {
    async make(randomBytes) {
      const id = base32(randomBytes(ID_BYTES));
      const unchecked = `${start}${id}_${base32(randomBytes(SECRET_BYTES))}`;
      return { id, key: unchecked + (await checkOf(unchecked)) };
    },
    recognises(text) {
      return text.startsWith(start);
    },
    async idOf(text) {
      if (!text.startsWith(start)) return null;
      const [, id, secret, check] = BODY.exec(text.slice(start.length)) ?? [];
      if (id === undefined || secret === undefined) return null;
      return check === (await checkOf(`${start}${id}_${secret}`)) ? id : null;
    },
  };
}
