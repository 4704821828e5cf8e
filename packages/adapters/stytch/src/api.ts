import { createGuardedFetch } from "@tenantry/core/provider";
import type { B2BClient } from "stytch";
import type { StytchValues } from "./options.ts";
import type { Project } from "./project.ts";

/** For each request to Stytch. */
const TIMEOUT_MS = 8000;

/** How the adapter talks to Stytch. */
export interface StytchApi {
  /** Runs one call of the vendor's SDK, which is loaded when it is first needed. Throws what it throws. */
  call<T>(work: (sdk: B2BClient) => Promise<T>): Promise<T>;
  /**
   * The same for a call that only reads: one that the network lost is made once more, because a kept
   * connection may have died unnoticed. Nothing that changes anything is ever tried again.
   */
  read<T>(work: (sdk: B2BClient) => Promise<T>): Promise<T>;
  /** Fetches the key set. */
  readonly fetch: typeof globalThis.fetch;
}

/** Makes {@link StytchApi}. */
export function createApi({ secret }: StytchValues, { id, apiUrl }: Project): StytchApi {
  let loading: Promise<B2BClient> | undefined;
  const load = async (): Promise<B2BClient> => {
    const library = await import("stytch");
    return new library.B2BClient({
      project_id: id,
      secret,
      // The SDK takes plain http, which only an emulator has, under the other name.
      ...(apiUrl.startsWith("https:") ? { custom_base_url: apiUrl } : { env: apiUrl }),
    });
  };
  const call: StytchApi["call"] = async (work) => {
    const sdk = await (loading ??= load());
    return withTimeout(work(sdk));
  };
  return {
    call,
    async read(work) {
      try {
        return await call(work);
      } catch (error) {
        if (isAnswer(error) || isTimeout(error)) throw error;
        return call(work);
      }
    },
    fetch: createGuardedFetch({
      // What the operator wrote may be inside the network.
      allowOrigins: [apiUrl],
      timeoutMs: TIMEOUT_MS,
    }),
  };
}

function isAnswer(error: unknown): boolean {
  return error instanceof Error && "status_code" in error && error.status_code !== undefined;
}

function isTimeout(error: unknown): boolean {
  return error instanceof DOMException && error.name === "TimeoutError";
}

/** The SDK's own `timeout` does nothing: it is passed to `fetch`, which knows no such option. */
async function withTimeout<T>(work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_resolve, fail) => {
    timer = setTimeout(() => {
      fail(new DOMException("Stytch did not answer in time.", "TimeoutError"));
    }, TIMEOUT_MS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
