import { createHmac } from "node:crypto";
import type { SignedWebhook } from "./queue.ts";

/**
 * Signs a body the way Svix does, which sends the webhooks of more than one vendor: HMAC over
 * `<id>.<seconds>.<body>`, the key being the secret after `whsec_` in base64.
 *
 * @see {@link https://docs.svix.com/receiving/verifying-payloads/how-manual Svix, verifying manually}
 */
export function signSvix(webhook: {
  readonly id: string;
  readonly body: string;
  readonly secret: string;
  readonly signedAtMs: number;
}): SignedWebhook {
  const { id, body } = webhook;
  const seconds = Math.floor(webhook.signedAtMs / 1000);
  const key = Buffer.from(webhook.secret.replace(/^whsec_/, ""), "base64");
  const signature = createHmac("sha256", key).update(`${id}.${seconds}.${body}`).digest("base64");
  return {
    headers: {
      "content-type": "application/json",
      "svix-id": id,
      "svix-timestamp": String(seconds),
      "svix-signature": `v1,${signature}`,
    },
    body,
  };
}
