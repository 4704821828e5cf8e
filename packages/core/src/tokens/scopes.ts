/**
 * The scopes in a `scope` or `scp` claim: a space-separated string (RFC 6749 §3.3) or an array of
 * strings. Empty for a missing claim, and for one of any other shape: a token that names no scope
 * was granted none.
 */
export function scopesFromString(claim: unknown): readonly string[] {
  if (typeof claim === "string") return claim.split(" ").filter((scope) => scope !== "");
  if (!Array.isArray(claim)) return [];
  return claim.every((item) => typeof item === "string" && item !== "") ? [...claim] : [];
}
