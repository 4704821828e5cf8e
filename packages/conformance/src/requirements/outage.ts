import { requirementsOf } from "./requirement.ts";

const STATUS = "https://www.rfc-editor.org/rfc/rfc9110#section-15.6.4";
const ROW22 = "GHSA-8fpg-xm3f-6cx3";

/** A vendor that is down: neither yes nor no. */
export const outageRequirements = requirementsOf("outage", {
  "cold.error": {
    sentence:
      "While the vendor answers errors and nothing is known of it, tokens get 503: neither in nor out.",
    source: STATUS,
    guards: "verification",
    advisories: ROW22,
  },
  "cold.unreachable": {
    sentence: "While the vendor cannot be reached and nothing is known of it, tokens get 503.",
    source: STATUS,
    guards: "verification",
    advisories: ROW22,
  },
  "cold.hang": {
    sentence: "A vendor that never answers is given up on within half a minute, with 503.",
    source: STATUS,
    advisories: ROW22,
  },
  warm: {
    sentence:
      "Tokens of known keys keep working while the vendor is down, and forged ones stay out.",
    source: STATUS,
  },
  recovery: {
    sentence: "Once the vendor is back, tokens work again without a restart.",
    source: STATUS,
  },
  "login.start": {
    sentence:
      "A sign-in during an outage gets 503 or the vendor's address, and nobody is signed in.",
    source: STATUS,
    needs: ["login"],
    advisories: ROW22,
  },
  "login.answer": {
    sentence: "A sign-in that comes back during an outage gets 503, and nobody is signed in.",
    source: STATUS,
    needs: ["login"],
    guards: "verification",
    advisories: ROW22,
  },
  session: {
    sentence: "Sessions that exist keep working while the vendor is down.",
    source: STATUS,
    needs: ["login"],
  },
  opaque: {
    sentence: "An opaque credential that cannot be checked gets 503, and works once it can.",
    source: STATUS,
    needs: ["opaqueTokens"],
    guards: "verification",
    advisories: ROW22,
  },
});
