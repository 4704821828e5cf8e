import { defineProvider, PROVIDER_SPEC } from "@tenantry/core/provider";
import { createApi } from "./api.ts";
import { capabilities } from "./capabilities.ts";
import { acmeLogin } from "./login.ts";
import { checkOptions, type AcmeIdOptions } from "./options.ts";
import { loginPass, machinePass, personPass } from "./tokens.ts";

// #region adapter
/** Adapter for Acme ID. Tenants are Acme's workspaces. Throws `TypeError` for wrong options. */
export function acmeId(options: AcmeIdOptions) {
  const settings = checkOptions(options);
  const api = createApi(settings);
  return defineProvider({
    spec: PROVIDER_SPEC,
    vendor: "acme-id",
    issuer: settings.url,
    capabilities,
    tokens: [personPass(settings), machinePass(settings), loginPass(settings)],
    login: acmeLogin(settings, api),
    fetch: api.fetch,
  });
}
// #endregion adapter
