import { requirementsOf } from "./requirement.ts";

const SPEC =
  "https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md";

/** Changes that the vendor reports by itself. */
export const webhookRequirements = requirementsOf("webhooks", {
  honest: {
    sentence: "A genuine delivery is accepted and says in neutral words what changed.",
    source: SPEC,
    needs: ["webhooks"],
  },
  "signature.forged": {
    sentence: "A delivery signed with another secret is refused.",
    source: SPEC,
    needs: ["webhooks"],
    guards: "verification",
  },
  "signature.missing": {
    sentence: "A delivery without one of its signature headers is refused.",
    source: SPEC,
    needs: ["webhooks"],
    guards: "verification",
  },
  "body.altered": {
    sentence: "A delivery whose body differs by one byte from what was signed is refused.",
    source: SPEC,
    needs: ["webhooks"],
    guards: "verification",
  },
  "time.past": {
    sentence: "A delivery that was signed ten minutes ago is refused.",
    source: SPEC,
    needs: ["webhooks"],
    guards: "verification",
  },
  "time.future": {
    sentence: "A delivery that claims to be signed ten minutes from now is refused.",
    source: SPEC,
    needs: ["webhooks"],
    guards: "verification",
  },
  "event.identity": {
    sentence: "A delivery that is repeated has the same event id, and no two events share one.",
    source: SPEC,
    needs: ["webhooks"],
    guards: "verification",
  },
  order: {
    sentence: "Applied in any order, the changes lead to the vendor's state.",
    source: SPEC,
    needs: ["webhooks"],
    guards: "isolation",
  },
  tenant: {
    sentence: "A change to a membership names the person and the tenant it happened in.",
    source: SPEC,
    needs: ["webhooks"],
    guards: "isolation",
  },
  removal: {
    sentence: "A removal reaches us as one: whoever was removed is not active afterwards.",
    source: SPEC,
    needs: ["webhooks"],
    guards: "isolation",
  },
  route: {
    sentence: "A delivery to the app's own route takes effect once, at once, and for good.",
    source: SPEC,
    needs: ["webhooks", "login"],
    guards: "isolation",
  },
  malformed: {
    sentence: "A genuine delivery that is not understood changes nothing, and no error escapes.",
    source: SPEC,
    needs: ["webhooks"],
  },
});
