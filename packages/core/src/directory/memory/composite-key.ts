/** One map key for several strings. JSON keeps the parts apart, whatever characters they hold. */
export function compositeKey(...parts: readonly string[]): string {
  return JSON.stringify(parts);
}
