import { createHmac, timingSafeEqual } from "node:crypto";
import type { Webhooks } from "@tenantry/core/provider";

const SECRET = "the secret that the test provider signs webhooks with";

/** The header that signs a webhook's bytes. */
export const SIGNATURE_HEADER = "x-test-signature";

/** What the test provider would send as the signature of these bytes. */
export function signatureOf(body: string): string {
  return hmac(new TextEncoder().encode(body)).toString("hex");
}

function hmac(body: Uint8Array): Buffer {
  return createHmac("sha256", SECRET).update(body).digest();
}

/** Each webhook is an event of its own and says nothing about the directory. */
export const signedWebhooks: Webhooks = {
  verify(raw) {
    const header = raw.header(SIGNATURE_HEADER) ?? "";
    const given = Buffer.from(/^[0-9a-f]{64}$/.test(header) ? header : "", "hex");
    const wanted = hmac(raw.body);
    return Promise.resolve(
      given.length === wanted.length && timingSafeEqual(given, wanted)
        ? { ok: true, value: { eventId: given.toString("hex"), changes: [] } }
        : { ok: false, reason: "signature_invalid" },
    );
  },
};
