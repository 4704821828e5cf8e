import type { AuthContext } from "../context.ts";
import type { Stores, ListOptions, Listing } from "../directory/ports.ts";
import type { ApiKey } from "../directory/records.ts";
import { apiKeyKey } from "../directory/revocation-keys.ts";
import type { Clock } from "../internal/clock.ts";
import { sha256 } from "../internal/encoding.ts";
import { ok, reject, type Rejection, type Result } from "../internal/result.ts";
import type { Catalogue } from "../permissions/catalogue.ts";
import { createKeyFormat } from "./key-format.ts";

/** What local API keys need. */
export interface ApiKeysOptions {
  readonly stores: Pick<Stores, "apiKeys" | "revocations">;
  readonly nowMs: Clock;
  readonly randomBytes: (length: number) => Uint8Array;
  readonly catalogue: Catalogue;
  /** What every key begins with, so that secret scanners find a leaked one. Default `tnk`. */
  readonly prefix?: string;
}

/** A key to make. There is no field for its owner or tenant: those are the caller's own. */
export interface NewApiKey {
  /** Shown in listings. 1 to 100 characters. */
  readonly name: string;
  /** What the key may do: permissions that its owner has now. */
  readonly permissions: readonly string[];
  /** From one minute to 366 days. Default 90 days. */
  readonly expiresInSeconds?: number;
}

/** What an API key looks like to people: everything but its hash. */
export type ApiKeyView = Omit<ApiKey, "hash">;

/** Keys for scripts and integrations: each belongs to a tenant, and a member answers for it. */
export interface ApiKeys {
  /**
   * Makes a key for the caller in the caller's tenant. `key` is shown once and never stored.
   *
   * Rejects with `owner_required` (only a person who acts for themselves, in their own tenant, can
   * answer for a key), `tenant_required`, `request_invalid`, `permission_denied`.
   */
  create(
    by: AuthContext,
    wanted: NewApiKey,
  ): Promise<Result<{ readonly key: string; readonly record: ApiKeyView }>>;
  /** Whether a bearer credential is meant to be one of these keys. */
  recognises(credential: string): boolean;
  /**
   * The record of a genuine key. What it may do is for the caller to bound by its owner's roles of
   * today. Rejects with `malformed`, `key_unknown`, `revoked`, `expired_only`.
   */
  verify(credential: string): Promise<Result<ApiKey>>;
  /** Ends a key of the caller's tenant, at once. Rejects with `tenant_required` and `key_unknown`. */
  revoke(by: AuthContext, id: string): Promise<Result<null>>;
  /** The keys of the caller's tenant. Rejects with `tenant_required`. */
  list(by: AuthContext, options?: ListOptions): Promise<Result<Listing<ApiKeyView>>>;
}

const DEFAULT_SECONDS = 90 * 86_400;
const MIN_SECONDS = 60;
const MAX_SECONDS = 366 * 86_400;
const NAME = /^[^\p{C}]{1,100}$/u;

/** Makes {@link ApiKeys}. Its functions throw what a store throws. */
export function createApiKeys(options: ApiKeysOptions): ApiKeys {
  const { stores, nowMs, randomBytes, catalogue, prefix = "tnk" } = options;
  const format = createKeyFormat(prefix);

  return {
    async create(by, wanted) {
      const refusal = refuseOwner(by) ?? refuseWish(by, wanted, catalogue);
      if (refusal !== null) return refusal;
      if (by.tenant === null) return reject("tenant_required");
      const { name, permissions, expiresInSeconds = DEFAULT_SECONDS } = wanted;
      const { id, key } = await format.make(randomBytes);
      const createdAtMs = nowMs();
      const record: ApiKey = {
        id,
        hash: await sha256(key),
        // SECURITY: both from the context. A value from a request here is CVE-2025-61928.
        tenantId: by.tenant.id,
        ownerUserId: by.principal.id,
        name,
        permissions: [...new Set(permissions)],
        createdAtMs,
        expiresAtMs: createdAtMs + expiresInSeconds * 1000,
        revokedAtMs: null,
      };
      await stores.apiKeys.insert(record);
      return ok({ key, record: viewOf(record) });
    },

    recognises(credential) {
      return format.recognises(credential);
    },

    async verify(credential) {
      const id = await format.idOf(credential);
      if (id === null) return reject("malformed");
      // Found by its hash: how long the look-up takes says nothing about the secret.
      const record = await stores.apiKeys.getByHash(await sha256(credential));
      if (record === null || record.id !== id) return reject("key_unknown");
      if (record.revokedAtMs !== null) return reject("revoked");
      return record.expiresAtMs > nowMs() ? ok(record) : reject("expired_only");
    },

    async revoke(by, id) {
      if (by.tenant === null) return reject("tenant_required");
      const record = await stores.apiKeys.get(id);
      // Another tenant's key is as good as none.
      if (record?.tenantId !== by.tenant.id) return reject("key_unknown");
      await stores.apiKeys.revoke(id, nowMs());
      await stores.revocations.raise([apiKeyKey(id)], nowMs());
      return ok(null);
    },

    async list(by, listOptions) {
      if (by.tenant === null) return reject("tenant_required");
      const { items, ...rest } = await stores.apiKeys.listByTenant(by.tenant.id, listOptions);
      return ok({ items: items.map(viewOf), ...rest });
    },
  };
}

/**
 * SECURITY: a key outlives the moment. Neither a supporter who looks on, nor an agent, nor another
 * machine may leave one behind in somebody's name.
 */
function refuseOwner(by: AuthContext): Rejection | null {
  const actsForSelf = by.actors.length === 0 && by.crossTenant === undefined;
  return by.principal.kind === "user" && actsForSelf ? null : reject("owner_required");
}

function refuseWish(by: AuthContext, wanted: NewApiKey, catalogue: Catalogue): Rejection | null {
  const { name, permissions, expiresInSeconds = DEFAULT_SECONDS } = wanted;
  const isWellFormed =
    NAME.test(name) &&
    permissions.length > 0 &&
    Number.isInteger(expiresInSeconds) &&
    expiresInSeconds >= MIN_SECONDS &&
    expiresInSeconds <= MAX_SECONDS;
  if (!isWellFormed) return reject("request_invalid");
  const known = permissions.every((permission) => catalogue.isPermission(permission));
  // SECURITY: also bounds by the scopes of the credential that asks.
  return known && by.permissions.hasAll(permissions) ? null : reject("permission_denied");
}

function viewOf(record: ApiKey): ApiKeyView {
  const { id, tenantId, ownerUserId, name, permissions } = record;
  const { createdAtMs, expiresAtMs, revokedAtMs } = record;
  return { id, tenantId, ownerUserId, name, permissions, createdAtMs, expiresAtMs, revokedAtMs };
}
