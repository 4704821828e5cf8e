import type { ClerkClient } from "@clerk/backend";
import { createGuardedFetch } from "@tenantry/core/provider";
import type { Instance } from "./instance.ts";

/** For each request to Clerk. */
export const TIMEOUT_MS = 8000;

/** How the adapter talks to Clerk. */
export interface ClerkApi {
  /** Runs one call of the vendor's SDK, which is loaded when it is first needed. Throws what it throws. */
  call<T>(work: (sdk: ClerkClient) => Promise<T>): Promise<T>;
  /** Fetches key sets and OAuth tokens. */
  readonly fetch: typeof globalThis.fetch;
}

/** Makes {@link ClerkApi}. `carry` replaces the network behind the guard, for tests. */
export function createApi({ issuer, values }: Instance, carry?: typeof globalThis.fetch): ClerkApi {
  const { secretKey, publishableKey, apiUrl } = values;
  let loading: Promise<ClerkClient> | undefined;
  const load = async (): Promise<ClerkClient> => {
    const { createClerkClient } = await import("@clerk/backend");
    return createClerkClient({
      secretKey,
      publishableKey,
      apiUrl,
      telemetry: { disabled: true },
    });
  };
  return {
    fetch: createGuardedFetch({
      // What the operator wrote may be inside the network.
      allowOrigins: [...new Set([issuer, new URL(apiUrl).origin])],
      timeoutMs: TIMEOUT_MS,
      ...(carry === undefined ? {} : { fetch: carry }),
    }),
    async call(work) {
      const sdk = await (loading ??= load());
      return withTimeout(work(sdk));
    },
  };
}

/** The SDK waits as long as the network does; it tries nothing twice. */
async function withTimeout<T>(work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_resolve, fail) => {
    timer = setTimeout(() => {
      fail(new DOMException("Clerk did not answer in time.", "TimeoutError"));
    }, TIMEOUT_MS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
