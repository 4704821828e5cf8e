import type { Place } from "../ids.ts";

/** What a member let a Connected App have. */
export interface ConnectedAppGrant extends Place {
  /** A member who was deleted and made again is another one. */
  readonly memberId: string;
  readonly clientId: string;
  readonly scope: string;
}

/** An authorization code: good for one use, for ten minutes. */
export interface ConnectedAppCode extends ConnectedAppGrant {
  readonly redirectUri: string;
  readonly challenge: string;
  readonly expiresAtMs: number;
}

/** A browser at the stand-in for an application's page. */
export interface ConnectedAppAttempt {
  readonly query: URLSearchParams;
  userId: string | null;
  tenantId: string | null;
}

/** What Connected Apps have got. It dies with the process. */
export interface ConnectedAppState {
  readonly attempts: Map<string, ConnectedAppAttempt>;
  readonly codes: Map<string, ConnectedAppCode>;
  readonly refreshTokens: Map<string, ConnectedAppGrant>;
  /** Refresh tokens that were used up, to notice a copy. */
  readonly usedRefreshTokens: Map<string, ConnectedAppGrant>;
}

/** Makes an empty state. */
export function createConnectedAppState(): ConnectedAppState {
  return {
    attempts: new Map(),
    codes: new Map(),
    refreshTokens: new Map(),
    usedRefreshTokens: new Map(),
  };
}
