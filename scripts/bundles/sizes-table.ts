import { bundle } from "./bundle.ts";
import { WEB_ENTRIES, type WebEntry } from "./web-entries.ts";

/** How large an entry point is. */
export interface Size {
  readonly entry: WebEntry;
  readonly gzippedBytes: number;
  /** With everything that it can load later. */
  readonly withLazyBytes: number;
}

/** Measures all web entry points. */
export async function measureSizes(): Promise<readonly Size[]> {
  return Promise.all(
    WEB_ENTRIES.map(async (entry) => {
      const [start, all] = await Promise.all([
        bundle(entry.source, { lazy: "leave" }),
        bundle(entry.source, { lazy: "follow" }),
      ]);
      return { entry, gzippedBytes: start.gzippedBytes, withLazyBytes: all.gzippedBytes };
    }),
  );
}

const kilobytes = (bytes: number) => (bytes / 1000).toFixed(1);

/** The sizes as a Markdown table. */
export function sizesTable(sizes: readonly Size[]): string {
  return [
    "| entry | kB at the start | kB with all that loads later | limit |",
    "| --- | --- | --- | --- |",
    ...sizes.map(({ entry, gzippedBytes, withLazyBytes }) => {
      const limit = entry.limitBytes === undefined ? "" : `${entry.limitBytes / 1000}`;
      return `| \`${entry.name}\` | ${kilobytes(gzippedBytes)} | ${kilobytes(withLazyBytes)} | ${limit} |`;
    }),
  ].join("\n");
}
