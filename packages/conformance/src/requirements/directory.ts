import { requirementsOf } from "./requirement.ts";

const SCIM = "https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2";

/** The vendor's lists, for reconciliation. */
export const directoryRequirements = requirementsOf("directory", {
  "list.complete": {
    sentence: "Walking a list shows every tenant and every membership once.",
    source: `${SCIM}.4`,
    needs: ["directoryList"],
  },
  "list.true": {
    sentence: "A listed membership has the person, tenant, roles and status that the vendor has.",
    source: SCIM,
    needs: ["directoryList"],
    guards: "isolation",
  },
  "list.removed": {
    sentence: "What was removed at the vendor is not listed as active.",
    source: SCIM,
    needs: ["directoryList"],
    guards: "isolation",
  },
  names: {
    sentence: "Lists name tenants and people as tokens and sign-ins do.",
    source: SCIM,
    needs: ["directoryList"],
    guards: "isolation",
  },
  get: {
    sentence: "Asking for one thing gives that thing, and an absent one is told from an outage.",
    source: "https://www.rfc-editor.org/rfc/rfc7644#section-3.4.1",
    needs: ["directoryList"],
    guards: "isolation",
  },
  outage: {
    sentence: "A vendor that cannot be reached gives no list, rather than an empty or a cut one.",
    source: SCIM,
    needs: ["directoryList"],
    guards: "isolation",
  },
  events: {
    sentence: "The event list shows changes in order and goes on from where it stopped.",
    source: SCIM,
    needs: ["directoryEvents"],
  },
  reconcile: {
    sentence:
      "After a walk the app has the members, roles and removals of the vendor, though no webhook came.",
    source: SCIM,
    needs: ["directoryList"],
    guards: "isolation",
  },
  "reconcile.outage": {
    sentence: "A walk that the vendor does not answer takes nothing away, and goes on afterwards.",
    source: SCIM,
    needs: ["directoryList"],
    guards: "isolation",
  },
});
