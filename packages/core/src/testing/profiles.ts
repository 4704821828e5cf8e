import type { SignedToken, TokenProfile } from "../tokens/profile.ts";
import { visibleHeader } from "../tokens/jws.ts";

/**
 * The ids of the profiles that claim a token, seen as core shows it to each of them. Profiles of one
 * provider must be disjoint: whatever the token, at most one id comes back. Ask it in a property
 * test with generated claims; a token that two profiles claim is refused at run time.
 */
export function profilesMatching(
  profiles: readonly TokenProfile[],
  token: SignedToken,
): readonly string[] {
  return profiles
    .filter((profile) => {
      const header = visibleHeader(token.header, profile.headers);
      return profile.matches({ header, claims: token.claims });
    })
    .map((profile) => profile.id);
}
