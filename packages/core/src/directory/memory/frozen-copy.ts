/**
 * A copy that shares nothing with `value` and that nobody can change. Stored values go in and out
 * as such copies, so that memory behaves like a database: only a write changes what is stored.
 */
export function frozenCopy<T>(value: T): T {
  return deepFreeze(structuredClone(value));
}

function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  }
  return value;
}
