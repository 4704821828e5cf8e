import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";

/** A part of the file that belongs to one topic. */
export interface Section<T> {
  /** What was last written; undefined in a new file. */
  read(): T | undefined;
  /** Replaces the section. Throws when the disk does. */
  write(value: T): void;
}

/** A JSON file in which a small app keeps what shall outlive it. */
export interface DataFile {
  section<T>(name: string): Section<T>;
}

/**
 * Opens or begins a data file. One process at a time: each keeps the whole content in memory. Throws
 * `TypeError` for a file that is there and holds something else.
 */
export function openDataFile(path: string): DataFile {
  const content = load(path);
  return {
    section<T>(name: string): Section<T> {
      return {
        // The file is our own: what stands in a section is what was written there.
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion
        read: () => content.get(name) as T | undefined,
        write(value) {
          content.set(name, value);
          const next = `${path}.next`;
          // Renaming is atomic: whoever is stopped in between leaves the old file, never half a one.
          writeFileSync(next, JSON.stringify(Object.fromEntries(content)), { mode: 0o600 });
          renameSync(next, path);
        },
      };
    },
  };
}

function load(path: string): Map<string, unknown> {
  if (!existsSync(path)) return new Map();
  const value = parsed(readFileSync(path, "utf8"));
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new TypeError(`DATA_FILE: ${path} is not a data file of this app.`);
  }
  return new Map(Object.entries(value));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
