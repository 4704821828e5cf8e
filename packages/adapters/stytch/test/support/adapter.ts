import { createTokenVerifier, type TokenVerifier } from "../../../../core/src/tokens/verify.ts";
import type { ProviderTools } from "@tenantry/core/provider";
import { stytch, type StytchOptions, type StytchProvider } from "../../src/index.ts";

/** The adapter with core's own token engine behind it. */
export interface Adapter {
  readonly provider: StytchProvider;
  readonly tools: ProviderTools;
  readonly verifier: TokenVerifier;
}

export function adapterOf(options: StytchOptions, nowMs: () => number = Date.now): Adapter {
  const provider = stytch(options);
  const verifier = createTokenVerifier({
    providers: [provider],
    nowMs,
    fetch: globalThis.fetch,
    log: () => undefined,
  });
  return { provider, tools: verifier.toolsFor(provider), verifier };
}

/** Verifies a token as an app does that accepts these kinds. */
export async function verify(
  { verifier }: Adapter,
  token: string,
  how: { readonly accept: readonly ("session" | "m2m" | "mcp")[]; readonly resource?: string },
) {
  const verified = await verifier.verify(token, how);
  return verified.ok
    ? { ok: true as const, door: verified.value.profile.kind, ...verified.value.identity }
    : verified;
}
