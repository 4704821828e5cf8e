import type { Flow } from "../flow.ts";
import type { AuthRoutesDeps } from "./deps.ts";

/** Puts on record that a sign-in was refused. It stays refused, whether or not that works. */
export async function recordRefusal(deps: AuthRoutesDeps, flow: Flow): Promise<void> {
  await deps.audit.record({
    type: "sign_in.refused",
    outcome: "denied",
    tenantId: flow.asked?.tenantId ?? null,
    principal: { kind: "anonymous", id: null },
    details: { instance: flow.instance },
  });
}
