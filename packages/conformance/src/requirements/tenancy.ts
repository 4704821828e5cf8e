import { requirementsOf } from "./requirement.ts";

const DOCS =
  "https://cheatsheetseries.owasp.org/cheatsheets/Multi_Tenant_Security_Cheat_Sheet.html";
const AUTHORIZATION =
  "https://cheatsheetseries.owasp.org/cheatsheets/Authorization_Cheat_Sheet.html#validate-the-permissions-on-every-request";

/** One request, one tenant: the one its credential stands for. */
export const tenancyRequirements = requirementsOf("tenancy", {
  "token.own": {
    sentence: "A token acts in the tenant that it names, and two tokens of one person in theirs.",
    source: DOCS,
    guards: "isolation",
  },
  "token.foreign": {
    sentence:
      "A token that meets another tenant in the path gets what an absent tenant gives: 404.",
    source: AUTHORIZATION,
    guards: "isolation",
  },
  "token.none": {
    sentence:
      "A person's token that names no tenant acts in none, also if the person has only one.",
    source: DOCS,
    guards: "isolation",
  },
  "token.malformed": {
    sentence:
      "A tenant claim that is no text, or resembles a tenant's id, never leads into a tenant.",
    source: `https://www.rfc-editor.org/rfc/rfc7519#section-7.3`,
    guards: "isolation",
  },
  distinct: {
    sentence: "Two organizations of the vendor are two tenants, also if they share a name.",
    source: DOCS,
    guards: "isolation",
  },
  stable: {
    sentence: "One organization is one tenant, by whatever person, sign-in or token it is reached.",
    source: DOCS,
    guards: "isolation",
  },
  "session.own": {
    sentence:
      "A session acts in the tenant that was signed in to, and in no other of its person's.",
    source: DOCS,
    needs: ["login"],
    guards: "isolation",
  },
  "session.other": {
    sentence: "A session that meets another tenant of its person in the path is told to switch.",
    source: AUTHORIZATION,
    needs: ["login"],
    guards: "isolation",
  },
  "session.foreign": {
    sentence:
      "A session that meets a foreign tenant in the path gets what an absent one gives: 404.",
    source: AUTHORIZATION,
    needs: ["login"],
    guards: "isolation",
  },
});
