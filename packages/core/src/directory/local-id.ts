import { decodeBase64Url, sha256 } from "../internal/encoding.ts";
import type { Link } from "./records.ts";

/** A vendor's id with everything that makes it unique. */
export type ExternalKey = Pick<Link, "instance" | "issuer" | "external">;

const PREFIX: Readonly<Record<Link["kind"], string>> = {
  tenant: "tnt_",
  user: "usr_",
  service: "svc_",
};
const ID_BYTES = 20;
const ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";

/**
 * The local id of a vendor's id that was never linked: always the same one, so that rows of the app
 * survive a directory that forgets, and never one that a vendor could choose.
 *
 * SECURITY: a hash over all parts, so that no external id, however much it looks like a local one,
 * can name a local record (CVE-2025-41115), and the same subject at another issuer is someone else.
 */
export async function localId(kind: Link["kind"], key: ExternalKey): Promise<string> {
  const digest = await sha256(JSON.stringify([key.instance, key.issuer, kind, key.external]));
  const bytes = decodeBase64Url(digest) ?? new Uint8Array();
  return PREFIX[kind] + base32(bytes.subarray(0, ID_BYTES));
}

/** Lower-case base32 without padding: 32 characters for 20 bytes. */
export function base32(bytes: Uint8Array): string {
  let text = "";
  let buffer = 0;
  let bits = 0;
  for (const byte of bytes) {
    buffer = ((buffer << 8) | byte) & 0xfff; // never more than 4 + 8 bits are pending
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += ALPHABET.charAt((buffer >> bits) & 31);
    }
  }
  return bits > 0 ? text + ALPHABET.charAt((buffer << (5 - bits)) & 31) : text;
}

/** What a subject is unique in, in the vendor's words or in ours. */
export type Organization = { readonly external: string } | { readonly local: string };

/**
 * The external id of a subject. One that the vendor gives per organization is only unique together
 * with it. No two of the forms can be mistaken for each other.
 */
export function externalSubject(subject: string, organization: Organization | null): string {
  if (organization !== null) {
    return "external" in organization
      ? JSON.stringify([organization.external, subject])
      : JSON.stringify(["local", organization.local, subject]);
  }
  // A plain subject that looks like a JSON list is wrapped, so that it cannot pose as the other form.
  return subject.startsWith("[") ? JSON.stringify([subject]) : subject;
}
