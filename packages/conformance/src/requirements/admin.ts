import { requirementsOf } from "./requirement.ts";

const SCIM = "https://www.rfc-editor.org/rfc/rfc7644#section-3.3";

/** Management calls. */
export const adminRequirements = requirementsOf("admin", {
  tenant: {
    sentence: "A tenant that is created here exists at the vendor under the id that was returned.",
    source: SCIM,
    needs: ["admin"],
  },
  invitation: {
    sentence: "An invitation is made for the one tenant it names.",
    source: SCIM,
    needs: ["admin"],
    guards: "isolation",
  },
  portal: {
    sentence:
      "A link to the vendor's settings is a web address of the vendor and ends within a day.",
    source: "https://www.rfc-editor.org/rfc/rfc6750#section-5.3",
    needs: ["admin", "portalLink"],
  },
  absent: {
    sentence: "A management call about a tenant that does not exist is refused.",
    source: SCIM,
    needs: ["admin"],
    guards: "isolation",
  },
  outage: {
    sentence:
      "A management call in an outage is neither done nor refused: the vendor cannot be reached.",
    source: SCIM,
    needs: ["admin"],
  },
});
