import { requirementsOf } from "./requirement.ts";

const CSRF = "https://www.rfc-editor.org/rfc/rfc9700#section-4.7";
const INJECTION = "https://www.rfc-editor.org/rfc/rfc9700#section-4.5";
const ID_TOKEN = "https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation";
const CLAIMS = "https://openid.net/specs/openid-connect-core-1_0.html#ClaimStability";

/** A whole sign-in through the vendor's real pages and the app's real routes. */
export const loginRequirements = requirementsOf("login", {
  honest: {
    sentence: "A person who signs in is signed in, as themselves and in the tenant they chose.",
    source: "https://www.rfc-editor.org/rfc/rfc6749#section-4.1",
    needs: ["login"],
  },
  "person.stable": {
    sentence: "A person who signs in again is the same local person.",
    source: CLAIMS,
    needs: ["login"],
    guards: "isolation",
  },
  "person.distinct": {
    sentence: "Two people of one tenant are two local people.",
    source: CLAIMS,
    needs: ["login"],
    guards: "isolation",
  },
  "person.email": {
    sentence:
      "An e-mail address makes nobody somebody else: a new person with a known address is a new person.",
    source: CLAIMS,
    needs: ["login"],
    guards: "isolation",
    advisories: "CVE-2023-3128, GHSA-g38m-r43w-p2q7",
  },
  "email.unverified": {
    sentence: "An e-mail address counts as verified only if the vendor says so.",
    source: "https://openid.net/specs/openid-connect-core-1_0.html#StandardClaims",
    needs: ["login"],
    guards: "isolation",
    advisories: "CVE-2023-3128",
  },
  "browser.other": {
    sentence: "An answer that arrives in another browser signs nobody in.",
    source: CSRF,
    needs: ["login"],
    guards: "verification",
  },
  "answer.twice": {
    sentence: "An answer counts once: the same address signs nobody in again.",
    source: INJECTION,
    needs: ["login"],
    guards: "verification",
  },
  "answer.swapped": {
    sentence: "The answer to one sign-in does not finish another one of the same browser.",
    source: INJECTION,
    needs: ["login"],
    guards: "verification",
    advisories: "CVE-2025-4143, CVE-2025-4144",
  },
  "answer.garbage": {
    sentence: "An answer that is cut, doubled or made up is refused, and no error escapes.",
    source: "https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2.1",
    needs: ["login"],
  },
  "answer.cancelled": {
    sentence: "A person who cancels at the vendor is not signed in and may try again.",
    source: "https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2.1",
    needs: ["login"],
  },
  "forged.key": {
    sentence: "A sign-in whose signed proof was made with another key is refused.",
    source: ID_TOKEN,
    needs: ["login"],
    guards: "verification",
  },
  "forged.audience": {
    sentence: "A sign-in whose signed proof was made for another app is refused.",
    source: ID_TOKEN,
    needs: ["login"],
    guards: "verification",
  },
  "forged.expired": {
    sentence: "A sign-in whose signed proof has expired is refused.",
    source: ID_TOKEN,
    needs: ["login"],
    guards: "verification",
  },
  "forged.flow": {
    sentence: "A sign-in whose signed proof belongs to another sign-in is refused.",
    source: "https://openid.net/specs/openid-connect-core-1_0.html#NonceNotes",
    needs: ["login"],
    guards: "verification",
  },
  "tenant.hint": {
    sentence: "The vendor is told which tenant is asked for, so that nobody has to choose again.",
    source: "docs/architecture.md",
    needs: ["login", "organizationHint"],
  },
  "tenant.answered": {
    sentence: "A sign-in that was asked for one tenant and answered for another is refused.",
    source: "https://www.rfc-editor.org/rfc/rfc9700#section-4.4",
    needs: ["login"],
    guards: "isolation",
  },
  "tenant.stranger": {
    sentence: "Nobody signs in to a tenant that they do not belong to.",
    source: "https://cheatsheetseries.owasp.org/cheatsheets/Multi_Tenant_Security_Cheat_Sheet.html",
    needs: ["login"],
    guards: "isolation",
  },
  "tenant.inactive": {
    sentence: "A membership that is pending or inactive at the vendor lets nobody in.",
    source: "https://cheatsheetseries.owasp.org/cheatsheets/Multi_Tenant_Security_Cheat_Sheet.html",
    needs: ["login"],
    guards: "isolation",
  },
  "again.person": {
    sentence: "Asking a signed-in person again accepts nobody else.",
    source: "https://openid.net/specs/openid-connect-core-1_0.html#AuthRequest",
    needs: ["login"],
    guards: "isolation",
  },
  impersonation: {
    sentence: "Whoever acts in somebody's name is named as an actor.",
    source: "https://www.rfc-editor.org/rfc/rfc8693#section-4.1",
    needs: ["impersonation"],
    guards: "isolation",
  },
});
