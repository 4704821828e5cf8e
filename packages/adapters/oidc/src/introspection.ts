import {
  ok,
  reject,
  type Identity,
  type OpaqueCredentials,
  type ProviderTools,
  type Result,
} from "@tenantry/core/provider";
import { isRejection, isText } from "./claims.ts";
import type { IssuerClients } from "./client.ts";
import { failureOf } from "./errors.ts";
import { clientOf, isMachine, readIdentity } from "./identity.ts";
import type { Registration } from "./registration.ts";

const MAX_LENGTH = 2048;
const CLOCK_TOLERANCE_SECONDS = 30;

/** Opaque access tokens of one issuer, which only it can read (RFC 7662). */
export function introspection(
  registration: Registration,
  clients: IssuerClients,
): OpaqueCredentials {
  const { rules } = registration;
  const hasRoles = rules.rolesClaim !== undefined || rules.groupsClaim !== undefined;
  return {
    kind: "access",
    // Signed tokens (three parts) are verified here and never sent anywhere.
    recognises: (credential) =>
      credential.length <= MAX_LENGTH &&
      /^[\w~+/=.-]+$/.test(credential) &&
      credential.split(".").length !== 3,
    scopes: rules.scopesBound,
    roles: hasRoles && rules.accessTokenRoles === "token" ? "token" : "directory",
    async verify(credential, request, tools) {
      try {
        return await ask(credential, request.resource, { registration, clients, tools });
      } catch (error) {
        const failure = failureOf(error);
        // The issuer's word that this is no access token of its own (RFC 7009 §2.2.1 has the code).
        if (failure.reason === "unsupported_token_type") return reject("inactive");
        return reject("provider_unavailable", failure.retryAfterSeconds);
      }
    },
  };
}

async function ask(
  credential: string,
  resource: string | undefined,
  context: {
    readonly registration: Registration;
    readonly clients: IssuerClients;
    readonly tools: ProviderTools;
  },
): Promise<Result<Identity>> {
  const { registration, clients, tools } = context;
  const { library, configuration, metadata } = await clients.clientOf(registration, tools);
  const answer = await library.tokenIntrospection(configuration, credential, {
    token_type_hint: "access_token",
  });
  const now = Math.floor(tools.nowMs() / 1000);
  const { active, iss, exp, nbf, iat, token_type: type, cnf } = answer;
  if (!active) return reject("inactive");
  // SECURITY: refresh tokens are active too; only a bearer access token has this type.
  if (typeof type !== "string" || type.toLowerCase() !== "bearer")
    return reject("kind_not_accepted");
  if (cnf !== undefined) return reject("confirmation_required");
  if (iss !== undefined && iss !== metadata.issuer) return reject("issuer_unknown");
  if (typeof exp !== "number" || !Number.isFinite(exp)) return reject("claim_missing");
  if (exp <= now - CLOCK_TOLERANCE_SECONDS) return reject("expired_only");
  if (typeof nbf === "number" && nbf > now + CLOCK_TOLERANCE_SECONDS)
    return reject("not_yet_valid");
  if (!isForUs(answer, resource, registration)) return reject("audience_mismatch");
  const claims = { ...answer, iss: metadata.issuer, iat: typeof iat === "number" ? iat : now };
  const identity = readIdentity(
    claims,
    registration,
    isMachine(claims, registration) ? "m2m" : "access",
  );
  return isRejection(identity) ? identity : ok(identity);
}

/** Whether a token is meant for this API: by its audience, or without one by its client. */
function isForUs(
  answer: { readonly aud?: unknown; readonly client_id?: unknown },
  resource: string | undefined,
  { rules, clientId, introspectionClients }: Registration,
): boolean {
  const { aud } = answer;
  if (aud !== undefined) {
    const named: readonly unknown[] = Array.isArray(aud) ? aud : [aud];
    const accepted = resource === undefined ? (rules.audience ?? []) : [resource];
    return accepted.some((audience) => audience !== clientId && named.includes(audience));
  }
  // A mount with an audience of its own cannot be meant by a token without one.
  const client = clientOf(answer);
  return resource === undefined && isText(client) && introspectionClients.includes(client);
}
