import { requirementsOf } from "./requirement.ts";

const SESSIONS =
  "https://cheatsheetseries.owasp.org/cheatsheets/Session_Management_Cheat_Sheet.html";
const REFRESH = "https://openid.net/specs/openid-connect-core-1_0.html#RefreshTokenResponse";
const ROTATION = "https://www.rfc-editor.org/rfc/rfc9700#section-4.14";
const BACKCHANNEL = "https://openid.net/specs/openid-connect-backchannel-1_0.html#Validation";

/** What becomes of a session: renewed, switched, ended. */
export const sessionRequirements = requirementsOf("sessions", {
  cookie: {
    sentence:
      "The session cookie is `__Host-`, HttpOnly and Secure, and neither it nor `me` holds a token of the vendor.",
    source: `${SESSIONS}#cookies`,
    needs: ["login"],
    advisories: "CVE-2025-55009",
  },
  fixation: {
    sentence: "A sign-in gives the browser a new session and ends the one it had.",
    source: `${SESSIONS}#renew-the-session-id-after-any-privilege-level-change`,
    needs: ["login"],
    guards: "isolation",
    advisories: "CVE-2021-41246, CVE-2022-25896, GHSA-f24x-5g9q-753f",
  },
  logout: {
    sentence: "A signed-out session is over, also for a copy of its cookie.",
    source: `${SESSIONS}#session-expiration`,
    needs: ["login"],
  },
  "logout.vendor": {
    sentence:
      "Signing out ends the vendor's session too: by its own sign-out page, or before we answer.",
    source: "https://openid.net/specs/openid-connect-rpinitiated-1_0.html",
    needs: ["login", "endSession"],
  },
  "refresh.honest": {
    sentence: "A session is renewed at the vendor and stays the same person's in the same tenant.",
    source: REFRESH,
    needs: ["login", "refresh"],
  },
  "refresh.single": {
    sentence: "Many requests at once renew a session once, and it can be renewed again.",
    source: ROTATION,
    needs: ["login", "refresh"],
    advisories: "GHSA-392p-2q2v-4372",
  },
  "refresh.roles": {
    sentence: "A renewed session has the roles that the vendor gives now.",
    source: REFRESH,
    needs: ["login", "refresh"],
    guards: "isolation",
  },
  "refresh.tenant": {
    sentence: "A renewal that answers for another tenant does not move the session there.",
    source: REFRESH,
    needs: ["login", "refresh"],
    guards: "isolation",
  },
  "refresh.person": {
    sentence: "A renewal that answers for another person does not make the session theirs.",
    source: REFRESH,
    needs: ["login", "refresh"],
    guards: "isolation",
  },
  "refresh.forged": {
    sentence: "A renewal whose signed proof was made with another key gives the session nothing.",
    source: REFRESH,
    needs: ["login", "refresh"],
    guards: "verification",
  },
  "refresh.ended": {
    sentence: "A session that the vendor has ended is over at its next renewal.",
    source: "https://www.rfc-editor.org/rfc/rfc6749#section-5.2",
    needs: ["login", "refresh"],
    guards: "isolation",
  },
  "refresh.removed": {
    sentence: "Someone who was removed from the tenant is out of it at the next renewal.",
    source: "https://cheatsheetseries.owasp.org/cheatsheets/Multi_Tenant_Security_Cheat_Sheet.html",
    needs: ["login", "refresh"],
    guards: "isolation",
  },
  "refresh.outage": {
    sentence:
      "A vendor that cannot be reached ends no session; once it is back, the session is renewed.",
    source: "https://www.rfc-editor.org/rfc/rfc6749#section-5.2",
    needs: ["login", "refresh"],
  },
  "switch.own": {
    sentence: "A person switches to another of their tenants and gets a new session there.",
    source: `${SESSIONS}#renew-the-session-id-after-any-privilege-level-change`,
    needs: ["login"],
    guards: "isolation",
  },
  "switch.foreign": {
    sentence: "Switching to a foreign tenant gets what an absent one gives, and the session stays.",
    source: "https://cheatsheetseries.owasp.org/cheatsheets/Multi_Tenant_Security_Cheat_Sheet.html",
    needs: ["login"],
    guards: "isolation",
  },
  "switch.answered": {
    sentence: "A switch that the vendor answers for another tenant leads nowhere.",
    source: REFRESH,
    needs: ["login"],
    guards: "isolation",
  },
  "switch.removed": {
    sentence: "Nobody switches to a tenant that the vendor has removed them from.",
    source: "https://cheatsheetseries.owasp.org/cheatsheets/Multi_Tenant_Security_Cheat_Sheet.html",
    needs: ["login"],
    guards: "isolation",
  },
  "backchannel.honest": {
    sentence: "A logout token of the vendor ends the sessions of its person, and nobody else's.",
    source: BACKCHANNEL,
    needs: ["login", "backchannelLogout"],
    guards: "isolation",
  },
  "backchannel.forged": {
    sentence:
      "A logout token that is forged, for another app, expired or of another kind ends nothing.",
    source: BACKCHANNEL,
    needs: ["login", "backchannelLogout"],
    guards: "verification",
  },
  "backchannel.twice": {
    sentence: "A logout token counts once.",
    source: BACKCHANNEL,
    needs: ["login", "backchannelLogout"],
    guards: "verification",
  },
  "frontend.honest": {
    sentence: "The cookie of the vendor's front end is a session of its person in its tenant.",
    source: "docs/architecture.md",
    needs: ["frontEndSession"],
    guards: "isolation",
  },
  "frontend.forged": {
    sentence: "A front-end cookie that was not signed by the vendor is refused.",
    source: "https://www.rfc-editor.org/rfc/rfc7515#section-5.2",
    needs: ["frontEndSession"],
    guards: "verification",
  },
  "frontend.csrf": {
    sentence: "A write with a front-end cookie and a foreign origin is refused.",
    source:
      "https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html",
    needs: ["frontEndSession"],
    guards: "verification",
    advisories: "clerk/javascript@ff5d991a2c",
  },
  "frontend.expired": {
    sentence:
      "A front-end cookie that ran out is renewed on a page request and refused on any other.",
    source: "docs/architecture.md",
    needs: ["frontEndSession"],
  },
  "frontend.ended": {
    sentence: "A front-end session that the vendor has ended is not renewed.",
    source: `${SESSIONS}#session-expiration`,
    needs: ["frontEndSession"],
    guards: "isolation",
  },
});
