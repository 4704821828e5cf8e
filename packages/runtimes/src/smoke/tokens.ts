import { clerk } from "@tenantry/clerk";
import type { Auth } from "@tenantry/core";
import { fromWebRequest } from "@tenantry/core/http";
import type { Provider } from "@tenantry/core/provider";
import { oidc } from "@tenantry/oidc";
import { stytch } from "@tenantry/stytch";
import { workos } from "@tenantry/workos";
import { createApp } from "./app.ts";
import type { Plan, TokenCase, Vendor } from "./plan.ts";
import { expectSame, type Check } from "./report.ts";

/** The adapters under test, made with the options of the plan. */
export const PROVIDERS: Readonly<Record<Vendor, (options: Plan["options"]) => Provider>> = {
  oidc: (options) => oidc(options.oidc),
  workos: (options) => workos(options.workos),
  clerk: (options) => clerk(options.clerk),
  stytch: (options) => stytch(options.stytch),
};

/** Every vendor's tokens through the whole pipeline: key sets are fetched by the runtime itself. */
export function tokenChecks(plan: Plan): readonly Check[] {
  const appFor = (vendor: Vendor) => createApp(plan, PROVIDERS[vendor](plan.options));
  const apps: Readonly<Record<Vendor, Auth>> = {
    oidc: appFor("oidc"),
    workos: appFor("workos"),
    clerk: appFor("clerk"),
    stytch: appFor("stytch"),
  };
  return plan.tokens.map((one) => ({
    name: `${one.vendor}: ${one.name}`,
    async run() {
      const app = apps[one.vendor];
      // Twice: the second verdict may come from memory.
      expectSame(
        [await verdict(app, plan, one), await verdict(app, plan, one)],
        [one.expected, one.expected],
      );
    },
  }));
}

async function verdict(app: Auth, plan: Plan, { vendor, token }: TokenCase): Promise<string> {
  const request = new Request(new URL("/notes", plan.baseUrl), {
    headers: { authorization: `Bearer ${token}` },
  });
  const outcome = await app.authenticate(fromWebRequest(request), {
    accept: ["session", "access", "m2m"],
    resource: plan.resource,
  });
  if (outcome.kind === "refused") return outcome.error.code;
  if (outcome.kind !== "authenticated") return outcome.kind;
  const { tenant, provider } = outcome.context;
  if (tenant === null || provider.vendor !== vendor) return "authenticated without a tenant";
  return outcome.kind;
}
