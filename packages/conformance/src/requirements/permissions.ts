import { requirementsOf } from "./requirement.ts";

const LEAST =
  "https://cheatsheetseries.owasp.org/cheatsheets/Authorization_Cheat_Sheet.html#enforce-least-privileges";
const DENY =
  "https://cheatsheetseries.owasp.org/cheatsheets/Authorization_Cheat_Sheet.html#deny-by-default";
const SCOPE = "https://www.rfc-editor.org/rfc/rfc6749#section-3.3";

/** What someone may do, from the vendor's roles and scopes. */
export const permissionRequirements = requirementsOf("permissions", {
  "role.session": {
    sentence: "A session may do exactly what the role says that the vendor gave its person there.",
    source: LEAST,
    needs: ["login"],
    guards: "isolation",
  },
  "role.token": {
    sentence: "A token with roles may do exactly what they say.",
    source: LEAST,
    guards: "isolation",
  },
  "role.tenant": {
    sentence: "Roles of one tenant are worth nothing in another.",
    source: LEAST,
    guards: "isolation",
  },
  "role.unknown": {
    sentence: "A role that the app does not know allows nothing.",
    source: DENY,
    guards: "isolation",
    advisories: "CVE-2026-42349",
  },
  "role.malformed": {
    sentence: "Roles of a wrong type allow nothing.",
    source: DENY,
    guards: "isolation",
  },
  "role.changed": {
    sentence: "Someone who was demoted at the vendor may do less with their next token or sign-in.",
    source: LEAST,
    guards: "isolation",
  },
  "scope.bound": {
    sentence: "Scopes bound a token: an administrator's token that was granted reading only reads.",
    source: SCOPE,
    guards: "isolation",
    advisories: "jlowin/fastmcp#3407",
  },
  "scope.missing": {
    sentence: "A token without scopes may do nothing, where scopes bound tokens of its kind.",
    source: SCOPE,
    guards: "isolation",
    advisories: "jlowin/fastmcp#3407",
  },
});
