import { requirementsOf } from "./requirement.ts";

const JWT = "https://www.rfc-editor.org/rfc/rfc7519#section-4.1";
const JWS = "https://www.rfc-editor.org/rfc/rfc7515#section-5.2";
const BCP = "https://www.rfc-editor.org/rfc/rfc8725#section-3";
const AT = "https://www.rfc-editor.org/rfc/rfc9068#section-4";

/** What signed tokens have to show at a mount. */
export const tokenRequirements = requirementsOf("tokens", {
  honest: {
    sentence: "An honest token opens the mount of its kind and shows its person or machine.",
    source: AT,
  },
  "person.same": {
    sentence: "Every kind of token of one person in one tenant stands for the same local person.",
    source: "https://openid.net/specs/openid-connect-core-1_0.html#ClaimStability",
    guards: "isolation",
  },
  "person.distinct": {
    sentence: "Tokens of two people never stand for one local person.",
    source: "https://openid.net/specs/openid-connect-core-1_0.html#ClaimStability",
    guards: "isolation",
  },
  "signature.rogue": {
    sentence:
      "A token signed with a key that was never published is refused, whatever `kid` it names.",
    source: JWS,
    guards: "verification",
    advisories: "CVE-2026-18500",
  },
  "signature.none": {
    sentence: "A token without a signature is refused, however `alg` spells `none`.",
    source: "https://www.rfc-editor.org/rfc/rfc8725#section-2.1",
    guards: "verification",
  },
  "signature.hmac": {
    sentence: "A token whose HMAC is keyed with the text of the public key is refused.",
    source: "https://www.rfc-editor.org/rfc/rfc8725#section-2.1",
    guards: "verification",
  },
  "signature.altered": {
    sentence: "A token whose claims or signature were changed after signing is refused.",
    source: JWS,
    guards: "verification",
  },
  critical: {
    sentence: "A token with a `crit` header is refused.",
    source: "https://www.rfc-editor.org/rfc/rfc7515#section-4.1.11",
    guards: "verification",
  },
  confirmation: {
    sentence: "A token that is bound to a key of its sender is refused as a mere bearer token.",
    source: "https://www.rfc-editor.org/rfc/rfc7800#section-3.1",
    guards: "verification",
  },
  "issuer.other": {
    sentence: "A token that names another issuer, or a text that only resembles ours, is refused.",
    source: `${BCP}.8`,
    guards: "verification",
  },
  "issuer.missing": {
    sentence: "A token without an issuer is refused.",
    source: JWT,
    guards: "verification",
  },
  "audience.other": {
    sentence:
      "A token that was issued for another app is refused, although the same keys signed it.",
    source: `${BCP}.9`,
    guards: "verification",
  },
  "audience.missing": {
    sentence: "A token that names no audience is refused where the vendor always names one.",
    source: AT,
    guards: "verification",
  },
  "expiry.past": {
    sentence: "A token that has expired is refused, and the answer says so.",
    source: "https://www.rfc-editor.org/rfc/rfc6750#section-3.1",
    guards: "verification",
  },
  "expiry.malformed": {
    sentence: "A token whose `exp` is missing or no finite number is refused.",
    source: `${JWT}.4`,
    guards: "verification",
  },
  "times.future": {
    sentence: "A token that is not valid yet, or that was issued in the future, is refused.",
    source: `${JWT}.5`,
    guards: "verification",
  },
  "subject.malformed": {
    sentence: "A token whose subject is missing, empty or no text is refused.",
    source: `${JWT}.2`,
    guards: "verification",
  },
  "kind.other": {
    sentence: "A token of one kind does not open the mount of another kind.",
    source: `${BCP}.12`,
    guards: "verification",
  },
  "kind.login": {
    sentence: "ID tokens and logout tokens open no mount.",
    source: `${BCP}.12`,
    guards: "verification",
  },
  "kind.stranger": {
    sentence: "Other tokens that the vendor signs with the same keys open no mount.",
    source: `${BCP}.12`,
    guards: "verification",
  },
  "keys.rotated": {
    sentence:
      "After a rotation, tokens of the new key and of the old one that is still published work at once.",
    source: "https://openid.net/specs/openid-connect-core-1_0.html#RotateSigningKeys",
  },
  "keys.retired": {
    sentence: "A token of a key that is no longer published is refused.",
    source: "https://openid.net/specs/openid-connect-core-1_0.html#RotateSigningKeys",
    guards: "verification",
  },
  "keys.flood": {
    sentence: "Tokens with made-up key ids do not become requests to the vendor.",
    source: "https://www.rfc-editor.org/rfc/rfc8725#section-3.10",
  },
  interleaved: {
    sentence: "Many requests of several people and tenants at once each get their own context.",
    source: "https://nvd.nist.gov/vuln/detail/CVE-2026-32887",
    guards: "isolation",
  },
});
