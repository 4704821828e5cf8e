import type { Auth } from "@tenantry/core";
import { fromWebRequest } from "@tenantry/core/http";
import { createApp } from "./app.ts";
import type { Plan } from "./plan.ts";
import { expectSame, type Check } from "./report.ts";
import { tokenProvider } from "./token-provider.ts";

/** Each signature algorithm with the runtime's own cryptography: good, and with another's signature. */
export function algorithmChecks(plan: Plan): readonly Check[] {
  return plan.algorithms.map((one) => {
    const app = createApp(plan, tokenProvider(one, "access"));
    return {
      name: `core: ${one.algorithm}, good and forged`,
      async run() {
        const verdicts = [await kindOf(app, one.good), await kindOf(app, one.forged)];
        expectSame(verdicts, ["authenticated", "refused"]);
      },
    };
  });
}

async function kindOf(app: Auth, token: string): Promise<string> {
  const headers = { authorization: `Bearer ${token}` };
  const request = new Request("https://app.example/notes", { headers });
  return (await app.authenticate(fromWebRequest(request))).kind;
}
