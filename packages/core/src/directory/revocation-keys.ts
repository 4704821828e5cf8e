/** The epoch of everything a person holds. */
export function userKey(userId: string): string {
  return `user:${userId}`;
}

/** The epoch of everything that stands for a tenant. */
export function tenantKey(tenantId: string): string {
  return `tenant:${tenantId}`;
}

/** The epoch of everything a person holds in one tenant. */
export function membershipKey(userId: string, tenantId: string): string {
  return `membership:${userId}:${tenantId}`;
}

/** The epoch of a local API key. */
export function apiKeyKey(keyId: string): string {
  return `api_key:${keyId}`;
}
