/**
 * What a principal may do, as a read-only set that is shared between requests: there is no way to
 * add to it. Unknown names answer false.
 */
export class PermissionSet<P extends string = string> implements Iterable<P> {
  readonly #names: ReadonlySet<P>;

  constructor(names: Iterable<P>) {
    this.#names = new Set(names);
    Object.freeze(this);
  }

  /** Whether this one permission is granted. */
  has(permission: P): boolean {
    return this.#names.has(permission);
  }

  /** Whether all of them are granted. False for an empty list: asking for nothing is a mistake. */
  hasAll(permissions: readonly P[]): boolean {
    return permissions.length > 0 && permissions.every((permission) => this.#names.has(permission));
  }

  get size(): number {
    return this.#names.size;
  }

  [Symbol.iterator](): Iterator<P> {
    return this.#names[Symbol.iterator]();
  }

  toJSON(): readonly P[] {
    return [...this];
  }
}
