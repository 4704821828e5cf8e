import type { MintOverrides } from "../oidc/mint.ts";
import type { SignRequest } from "../oidc/sign.ts";
import type { WorldUser } from "../world/types.ts";
import type { WorkosContext } from "./context.ts";
import { audienceOf } from "./connect/resources.ts";
import { newId } from "./stamps.ts";
import { connectClaims, machineClaims, sessionClaims } from "./tokens.ts";

/** A session's access token as `authenticate` would give it. */
export interface MintSessionToken extends MintOverrides {
  /** E-mail or id. */
  readonly person: string;
  /** Slug or id. Left out: a token that stands for none. */
  readonly organization?: string;
  readonly impersonator?: string;
}

/** A machine's token as `/oauth2/token` would give it. */
export interface MintMachineToken extends MintOverrides {
  /** Client id of a service of the world. */
  readonly machine: string;
  /** Default: all that the service has. */
  readonly scopes?: readonly string[];
}

/** A token that a person let an OAuth client have, as `/oauth2/token` would give it. */
export interface MintConnectToken extends MintOverrides {
  readonly person: string;
  readonly organization?: string;
  /** Default: none asked for. */
  readonly resource?: string;
  readonly clientId?: string;
  readonly scopes?: readonly string[];
}

/** The request that signs to a session token. Throws `TypeError` for somebody unknown. */
export function sessionTokenRequest(context: WorkosContext, mint: MintSessionToken): SignRequest {
  const claims = sessionClaims(context, {
    id: newId("session"),
    userId: findUser(context, mint.person).id,
    organizationId: organizationOf(context, mint.organization),
    authTimeSeconds: Math.floor(Date.now() / 1000),
    impersonator:
      mint.impersonator === undefined ? null : { email: mint.impersonator, reason: "support" },
  });
  return finish(claims, mint);
}

/** The request that signs to a machine's token. Throws `TypeError` for an unknown machine. */
export function machineTokenRequest(context: WorkosContext, mint: MintMachineToken): SignRequest {
  const service = context.world.services.get(mint.machine);
  if (service === undefined) throw new TypeError(`there is no machine ${mint.machine}`);
  const machine = { clientId: service.clientId, organizationId: service.tenantId };
  return finish(machineClaims(context, machine, mint.scopes ?? service.scopes), mint);
}

/** The request that signs to an OAuth client's token. Throws `TypeError` for somebody unknown. */
export function connectTokenRequest(context: WorkosContext, mint: MintConnectToken): SignRequest {
  const audience = audienceOf(context, mint.resource ?? null);
  if (audience === null) throw new TypeError("the resource is not registered");
  const claims = connectClaims(context, {
    claims: {},
    userId: findUser(context, mint.person).id,
    organizationId: organizationOf(context, mint.organization),
    clientId: mint.clientId ?? "client_mcp",
    consentId: newId("app_consent"),
    scope: (mint.scopes ?? ["openid"]).join(" "),
    audience,
  });
  return finish(claims, mint);
}

/** Finds a person. Throws `TypeError` if there is nobody. */
export function findUser({ world }: Pick<WorkosContext, "world">, idOrEmail: string): WorldUser {
  const user = world.users.get(idOrEmail) ?? world.userByEmail(idOrEmail);
  if (user === undefined) throw new TypeError(`there is nobody called ${idOrEmail}`);
  return user;
}

/** The id of an organization. Throws `TypeError` if there is none. */
export function organizationOf(
  { world }: Pick<WorkosContext, "world">,
  slugOrId: string | undefined,
): string | null {
  if (slugOrId === undefined) return null;
  const tenant = world.tenantBySlugOrId(slugOrId);
  if (tenant === undefined) throw new TypeError(`there is no organization ${slugOrId}`);
  return tenant.id;
}

function finish(claims: Readonly<Record<string, unknown>>, overrides: MintOverrides): SignRequest {
  const { expiresInSeconds, key, algorithm, header } = overrides;
  const now = Math.floor(Date.now() / 1000);
  const times =
    expiresInSeconds === undefined
      ? {}
      : { iat: Math.min(now, now + expiresInSeconds), exp: now + expiresInSeconds };
  return {
    ...(key === undefined ? {} : { key }),
    ...(algorithm === undefined ? {} : { algorithm }),
    header: { typ: "JWT", ...header },
    claims: { ...claims, ...times, ...overrides.claims },
  };
}
