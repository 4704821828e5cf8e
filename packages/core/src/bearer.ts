import type { Directory } from "./directory/directory.ts";
import type { ConnectionStore } from "./directory/ports.ts";
import type { VerifiedBearer } from "./identify.ts";
import { ok, reject, type Result } from "./internal/result.ts";
import type { AcceptedKind } from "./context.ts";
import type { TokenVerifier } from "./tokens/verify.ts";

/** What bearer credentials need. */
export interface BearerDeps {
  readonly verifier: Pick<TokenVerifier, "verify" | "verifyOpaque">;
  readonly directory: Pick<Directory, "attest">;
  readonly connections: Pick<ConnectionStore, "get">;
}

/** Three segments: a signed token. Everything else is opaque to us. */
function isCompactJws(token: string): boolean {
  const first = token.indexOf(".");
  const second = token.indexOf(".", first + 1);
  return first !== -1 && second !== -1 && !token.includes(".", second + 1);
}

/** Verifies a token of a provider and asks the directory who that is here. */
export function createBearer({ verifier, directory, connections }: BearerDeps) {
  return async function verifyBearer(
    token: string,
    {
      accept,
      resource,
    }: { readonly accept: readonly AcceptedKind[]; readonly resource: string | undefined },
  ): Promise<Result<VerifiedBearer>> {
    const request = { accept, ...(resource === undefined ? {} : { resource }) };
    const verified = isCompactJws(token)
      ? await verifier.verify(token, request)
      : await verifier.verifyOpaque(token, request);
    if (!verified.ok) return verified;
    const { identity, profile, provider } = verified.value;

    const connection =
      profile.connection === undefined ? null : await connections.get(profile.connection.id);
    // A customer's connection that was removed a moment ago takes its tokens with it.
    if (profile.connection !== undefined && connection === null) return reject("connection_gone");

    const attested = await directory.attest({
      instance: provider.instance,
      identity,
      via: "token",
      ...(connection === null ? {} : { connection }),
    });
    if (!attested.ok) return attested;
    const { principal, tenant, roles, vendorPermissions } = attested.value;
    // SECURITY: where roles come from the token, a token that names none has none. What the
    // directory remembers from another credential must not fill the gap.
    const silent =
      profile.roles === "token" && identity.roles === undefined && identity.kind === "user";
    return ok({
      identity,
      accepted: profile.kind,
      provider: { vendor: provider.vendor, instance: provider.instance },
      scopes: profile.scopes,
      local: { principal, tenant, roles: silent ? [] : roles, vendorPermissions },
      cacheHit: verified.cacheHit,
    });
  };
}
