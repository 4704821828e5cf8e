import { requirementsOf } from "./requirement.ts";

const cve = (id: string) => `https://nvd.nist.gov/vuln/detail/${id}`;
const ghsa = (id: string) => `https://github.com/advisories/${id}`;

/**
 * What was broken elsewhere, as one corpus for all adapters. The ids name the defect; `advisories`
 * name where it was published.
 */
export const attackRequirements = requirementsOf("attacks", {
  algorithms: {
    sentence:
      "Only the key's own asymmetric algorithm verifies: not `none`, not HMAC, not another family.",
    source: cve("CVE-2022-23540"),
    guards: "verification",
    advisories: "CVE-2022-23540, CVE-2022-23541, CVE-2020-15084, CVE-2026-22817, CVE-2026-22818",
  },
  "embedded-keys": {
    sentence: "Keys and key addresses in a token's own header are never used.",
    source: cve("CVE-2026-34950"),
    guards: "verification",
    advisories: "CVE-2026-34950, GHSA-ww5h-9m49-7xx4, GHSA-g3jj-5cmm-3hxx",
  },
  "key-ids": {
    sentence: "A `kid` that is unknown, empty, not text, a path or a statement finds no key.",
    source: cve("CVE-2026-44351"),
    guards: "verification",
    advisories: "CVE-2026-44351, GHSA-8wpc-h4q6-8fxv",
  },
  "issuer-types": {
    sentence: "An issuer in a list, in an object or as a part of a longer text is no issuer.",
    source: cve("CVE-2025-30144"),
    guards: "verification",
    advisories: "CVE-2025-30144, CVE-2024-53861",
  },
  "audience-types": {
    sentence:
      "An audience that is empty, nested, a number or a part of a longer text is no audience.",
    source: cve("CVE-2020-26160"),
    guards: "verification",
    advisories: "CVE-2020-26160, CVE-2025-62610, honojs/middleware@e956ae02",
  },
  "expiry-types": {
    sentence: "An expiry that is a text, null, a list or not finite has passed.",
    source: cve("CVE-2026-44459"),
    guards: "verification",
    advisories: "CVE-2026-44459",
  },
  critical: {
    sentence: "Critical headers are refused in every form.",
    source: cve("CVE-2026-35042"),
    guards: "verification",
    advisories: "CVE-2026-35042, CVE-2026-32597",
  },
  "cache-collisions": {
    sentence: "A token that differs in one character from one just accepted is verified anew.",
    source: cve("CVE-2026-35039"),
    guards: "verification",
    advisories: "CVE-2026-35039, CVE-2026-33496",
  },
  "wrong-tokens": {
    sentence: "Refresh tokens, ID tokens, logout tokens, texts and other schemes open nothing.",
    source: "https://github.com/jlowin/fastmcp/issues/3524",
    guards: "verification",
    advisories: "jlowin/fastmcp#3524, honojs/hono@5463db27",
  },
  "crossed-people": {
    sentence:
      "Fifty people whose sessions and tokens are used at once never meet each other's context.",
    source: cve("CVE-2025-67490"),
    guards: "isolation",
    advisories: "CVE-2025-67490, CVE-2026-40155, CVE-2026-32887",
  },
  "half-finished": {
    sentence: "Nobody is signed in before a sign-in is finished, whatever its steps have shown.",
    source: ghsa("GHSA-xg6x-h9c9-2m83"),
    needs: ["login"],
    advisories: "GHSA-xg6x-h9c9-2m83",
  },
  "repeated-cookies": {
    sentence:
      "A session cookie that comes twice, or under a name that only looks like it, is no session.",
    source: "https://www.rfc-editor.org/rfc/rfc6265#section-4.2.2",
    needs: ["login"],
    advisories: "honojs/hono@cc067c85",
  },
  "late-renewal": {
    sentence: "A renewal that is under way when its person signs out does not revive the session.",
    source: "https://github.com/auth0/nextjs-auth0",
    needs: ["login", "refresh"],
    guards: "isolation",
    advisories: "auth0/nextjs-auth0@d5511ba8",
  },
  "shared-caches": {
    sentence: "Every answer that depends on who asks is private and not stored.",
    source: cve("CVE-2025-64762"),
    needs: ["login"],
    advisories: "CVE-2025-64762, CVE-2025-48947, honojs/hono@568c2ecc",
  },
  "fail-open": {
    sentence: "An error page, an empty object or nonsense from the vendor lets nobody in.",
    source: ghsa("GHSA-8fpg-xm3f-6cx3"),
    guards: "verification",
    advisories: "GHSA-8fpg-xm3f-6cx3",
  },
  "broken-headers": {
    sentence: "Whatever stands in the Authorization header, no error escapes.",
    source: ghsa("GHSA-xmf8-cvqr-rfgj"),
    advisories: "GHSA-xmf8-cvqr-rfgj",
  },
  "acted-on-another": {
    sentence:
      "The tenant that was checked is the tenant that is acted on, whatever the request names besides.",
    source: ghsa("GHSA-h3rm-78g3-j7cp"),
    guards: "isolation",
    advisories: "GHSA-h3rm-78g3-j7cp, GHSA-ph3g-6p57-jfm5",
  },
  "address-tricks": {
    sentence: "Addresses of unusual form (two @, other alphabets, capitals) join nobody's account.",
    source: cve("CVE-2026-40574"),
    needs: ["login"],
    guards: "isolation",
    advisories: "CVE-2026-40574, GHSA-7rqj-j65f-68wh",
  },
  "external-ids": {
    sentence: "A vendor's id that equals one of our own ids is still the vendor's.",
    source: cve("CVE-2025-41115"),
    guards: "isolation",
    advisories: "CVE-2025-41115",
  },
  "login-csrf": {
    sentence: "Nobody is signed in by an answer they did not ask for.",
    source: ghsa("GHSA-wxw3-q3m9-c3jr"),
    needs: ["login"],
    guards: "verification",
    advisories: "GHSA-wxw3-q3m9-c3jr, GHSA-x445-f3h2-j279, honojs/middleware#2040",
  },
  "open-redirects": {
    sentence: "After a sign-in the browser stays on this site, wherever it was asked to go.",
    source: ghsa("GHSA-7p99-3798-f85c"),
    needs: ["login"],
    advisories: "GHSA-7p99-3798-f85c, GHSA-qqxw-m5fj-f7gv, CVE-2024-56734",
  },
  "rotation-races": {
    sentence: "Fifty renewals at once neither fork nor end the session.",
    source: ghsa("GHSA-392p-2q2v-4372"),
    needs: ["login", "refresh"],
    advisories: "GHSA-392p-2q2v-4372",
  },
  "other-resource": {
    sentence: "A token that was granted for another resource opens no mount of this one.",
    source: "https://www.rfc-editor.org/rfc/rfc8707#section-2",
    guards: "verification",
    advisories: "CVE-2025-69196, GHSA-p2fr-6hmx-4528",
  },
  "leaking-logs": {
    sentence: "No log line holds a token, a cookie or a secret.",
    source:
      "https://cheatsheetseries.owasp.org/cheatsheets/Logging_Cheat_Sheet.html#data-to-exclude",
  },
});
