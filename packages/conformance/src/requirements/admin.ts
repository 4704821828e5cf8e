import { requirementsOf } from "./requirement.ts";

const SCIM = "https://www.rfc-editor.org/rfc/rfc7644#section-3.3";

/** Management calls. */
export const adminRequirements = requirementsOf("admin", {
  tenant: {
    sentence: "A tenant that is created here exists at the vendor under the id that was returned.",
    source: SCIM,
    needs: ["admin"],
  },
  "member.set": {
    sentence: "A role that is given here is the person's only one in that tenant, and in no other.",
    source: SCIM,
    needs: ["memberManagement", "login"],
    guards: "isolation",
  },
  "member.removed": {
    sentence: "Who is removed here belongs to that tenant no more, and to their others as before.",
    source: "https://www.rfc-editor.org/rfc/rfc7644#section-3.6",
    needs: ["memberManagement", "login"],
    guards: "isolation",
  },
  invitation: {
    sentence: "An invitation is made for the one tenant it names.",
    source: SCIM,
    needs: ["invitations"],
    guards: "isolation",
  },
  "invitation.revoked": {
    sentence: "An invitation is taken back in the tenant it is for, and in no other's name.",
    source: "https://www.rfc-editor.org/rfc/rfc7644#section-3.6",
    needs: ["invitations"],
    guards: "isolation",
    advisories: "GHSA-ph3g-6p57-jfm5",
  },
  "domain.added": {
    sentence:
      "A domain that is added here is the one tenant's, and proves nothing until it is verified.",
    source: SCIM,
    needs: ["domainManagement"],
    guards: "isolation",
    advisories: "GHSA-phx7-w8x2-3xgf",
  },
  "domain.removed": {
    sentence: "A domain is removed from the tenant it belongs to, and in no other's name.",
    source: "https://www.rfc-editor.org/rfc/rfc7644#section-3.6",
    needs: ["domainManagement"],
    guards: "isolation",
    advisories: "GHSA-ph3g-6p57-jfm5",
  },
  portal: {
    sentence:
      "A link to the vendor's settings is a web address of the vendor and ends within a day.",
    source: "https://www.rfc-editor.org/rfc/rfc6750#section-5.3",
    needs: ["portalLink"],
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
