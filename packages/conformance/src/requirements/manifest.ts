import { requirementsOf } from "./requirement.ts";

const MANIFEST = "docs/conformance.md#the-manifest";

/** The adapter's word about itself, against what is expected and against its parts. */
export const manifestRequirements = requirementsOf("manifest", {
  expected: {
    sentence: "The adapter declares the capabilities that are written down for it.",
    source: MANIFEST,
  },
  parts: {
    sentence:
      "The provider is well-formed, and the target has a control for each declared capability.",
    source: MANIFEST,
  },
});
