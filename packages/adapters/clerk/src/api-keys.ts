import {
  ok,
  reject,
  type Identity,
  type OpaqueCredentials,
  type Result,
} from "@tenantry/core/provider";
import type { ClerkApi } from "./api.ts";
import { isFields, isText, isTextList, own } from "./claims.ts";
import { rejectionOf } from "./errors.ts";
import type { Instance } from "./instance.ts";
import { roleName } from "./permissions.ts";

const MAX_LENGTH = 512;
/** A key without an end is asked about again after a while; core keeps no answer longer than a minute. */
export const UNENDING_SECONDS = 3600;

/**
 * API keys of organizations, which only Clerk can read. A person's own key stands for no organization
 * and is refused; anybody can make one, even where no screen offers it.
 *
 * @see {@link https://clerk.com/docs/guides/development/machine-auth/api-keys Clerk: API keys}
 */
export function apiKeys(
  api: Pick<ClerkApi, "call">,
  { issuer, values }: Pick<Instance, "issuer" | "values">,
): OpaqueCredentials {
  return {
    kind: "api_key",
    recognises: (credential) => credential.length <= MAX_LENGTH && /^ak_\w+$/.test(credential),
    scopes: "permissions",
    roles: "token",
    async verify(credential, _request, tools): Promise<Result<Identity>> {
      try {
        const key = await api.call((sdk) => sdk.apiKeys.verify(credential));
        // SECURITY: a revoked or expired key gets an answer too, which the SDK takes for good.
        if (key.revoked || key.expired) return reject("inactive");
        const { subject, expiration, scopes } = key;
        const nowSeconds = Math.floor(tools.nowMs() / 1000);
        if (expiration !== null && expiration <= tools.nowMs()) return reject("inactive");
        if (!isText(subject) || !subject.startsWith("org_")) return reject("kind_not_accepted");
        if (!isText(key.id) || !isTextList(scopes)) return reject("provider_unavailable");
        const roles = rolesOf(key.claims, values.machineRolesClaim);
        if (roles === null) return reject("claim_invalid");
        return ok({
          issuer,
          subject: key.id,
          subjectScope: "global",
          kind: "service",
          tenant: { external: subject },
          roles,
          // What a key was made for is all that it may do.
          permissions: scopes,
          scopes,
          clientId: key.id,
          ...(isText(key.name) ? { name: key.name } : {}),
          authentication: { method: "client_credentials" },
          actors: [],
          issuedAtSeconds: nowSeconds,
          expiresAtSeconds:
            expiration === null ? nowSeconds + UNENDING_SECONDS : Math.floor(expiration / 1000),
        });
      } catch (error) {
        return rejectionOf(error);
      }
    },
  };
}

function rolesOf(claims: unknown, name: string | undefined): readonly string[] | null {
  const roles = name === undefined || !isFields(claims) ? undefined : own(claims, name);
  if (roles === undefined) return [];
  return isTextList(roles) ? roles.map(roleName) : null;
}
