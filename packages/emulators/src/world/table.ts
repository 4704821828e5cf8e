/** Told about each change of a table, with the row before and after. */
export type OnRowChange<Row> = (before: Row | undefined, after: Row | undefined) => void;

/** Rows of one kind with one key, in the order in which they were added. */
export interface Table<Row> {
  list(): readonly Row[];
  get(key: string): Row | undefined;
  /** Throws a `TypeError` when the key is taken. */
  add(row: Row): Row;
  /** Throws a `TypeError` when there is no such row. The key cannot be changed. */
  update(key: string, patch: Partial<Row>): Row;
  /** Returns false when there was no such row. */
  remove(key: string): boolean;
}

interface TableOptions<Row> {
  readonly onChange: OnRowChange<Row>;
  /** Throws a `TypeError` for a row that would contradict the rest of the world. */
  readonly check?: (row: Row, others: readonly Row[]) => void;
  /** Runs before a row goes, so that what depends on it goes first. */
  readonly beforeRemove?: (row: Row) => void;
}

/** Makes a table; rows are frozen copies, so nobody changes the world behind its back. */
export function createTable<Row extends object>(
  name: string,
  keyOf: (row: Row) => string,
  options: TableOptions<Row>,
): Table<Row> {
  const rows = new Map<string, Row>();

  function put(row: Row): Row {
    const key = keyOf(row);
    const others = [...rows.values()].filter((other) => keyOf(other) !== key);
    options.check?.(row, others);
    const before = rows.get(key);
    const after = deepFreeze(structuredClone(row));
    rows.set(key, after);
    options.onChange(before, after);
    return after;
  }

  return {
    list: () => [...rows.values()],
    get: (key) => rows.get(key),
    add(row) {
      if (rows.has(keyOf(row))) throw new TypeError(`world: ${name} ${keyOf(row)} exists already`);
      return put(row);
    },
    update(key, patch) {
      const before = rows.get(key);
      if (before === undefined) throw new TypeError(`world: there is no ${name} ${key}`);
      const after = { ...before, ...patch };
      if (keyOf(after) !== key) throw new TypeError(`world: the key of ${name} ${key} is fixed`);
      return put(after);
    },
    remove(key) {
      const before = rows.get(key);
      if (before === undefined) return false;
      options.beforeRemove?.(before);
      rows.delete(key);
      options.onChange(before, undefined);
      return true;
    },
  };
}

function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null) {
    for (const member of Object.values(value)) deepFreeze(member);
    Object.freeze(value);
  }
  return value;
}
