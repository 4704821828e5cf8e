import { requirementsOf } from "./requirement.ts";

const CLIENT = "https://www.rfc-editor.org/rfc/rfc6749#section-4.4";
const INTROSPECTION = "https://www.rfc-editor.org/rfc/rfc7662#section-2.2";

/** Machines, and credentials that only the vendor can read. */
export const machineRequirements = requirementsOf("machine", {
  tenant: {
    sentence: "A machine's token acts in the machine's tenant, as a service and not as a person.",
    source: CLIENT,
    needs: ["machineTokens"],
    guards: "isolation",
  },
  foreign: {
    sentence: "A machine that meets another tenant in the path gets what an absent one gives: 404.",
    source: CLIENT,
    needs: ["machineTokens"],
    guards: "isolation",
  },
  unbound: {
    sentence: "A machine without a tenant is refused, and none is guessed for it.",
    source: "https://www.rfc-editor.org/rfc/rfc9700#section-2.3",
    needs: ["machineTokens"],
    guards: "isolation",
  },
  distinct: {
    sentence: "Two machines are two principals, and none of them is a person.",
    source: "https://www.rfc-editor.org/rfc/rfc9700#section-4.15",
    needs: ["machineTokens"],
    guards: "isolation",
  },
  "opaque.honest": {
    sentence: "An opaque credential is checked at the vendor and acts in its tenant.",
    source: INTROSPECTION,
    needs: ["opaqueTokens"],
    guards: "isolation",
  },
  "opaque.unknown": {
    sentence: "A well-formed credential that the vendor does not know is refused.",
    source: INTROSPECTION,
    needs: ["opaqueTokens"],
    guards: "verification",
  },
  "opaque.revoked": {
    sentence: "A revoked credential is refused.",
    source: INTROSPECTION,
    needs: ["opaqueTokens"],
    guards: "verification",
  },
  "opaque.expired": {
    sentence: "An expired credential is refused.",
    source: INTROSPECTION,
    needs: ["opaqueTokens"],
    guards: "verification",
  },
  "opaque.unbound": {
    sentence: "A credential that stands for no tenant is refused where a tenant is needed.",
    source: "https://www.rfc-editor.org/rfc/rfc9700#section-2.3",
    needs: ["opaqueTokens"],
    guards: "isolation",
  },
  "opaque.kind": {
    sentence:
      "An opaque credential opens no mount but that of its kind, and unknown texts go nowhere.",
    source: INTROSPECTION,
    needs: ["opaqueTokens"],
    guards: "verification",
  },
});
