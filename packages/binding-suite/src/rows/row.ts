import type { AuthErrorCode, LogEvent } from "@tenantry/core";
import type { WireRequest } from "../wire.ts";
import type { World } from "../world/world.ts";
import type { SuiteApp } from "../suite-app.ts";
import type { TestAuthOptions } from "../world/world.ts";

/** What a row expects. What is not named is not looked at, but for the headers of privacy. */
export interface Expected {
  /** Several only where a standard leaves the choice open. */
  readonly status: number | readonly number[];
  /** Null: the header is absent. A list: these field lines, in any order. */
  readonly headers?: Readonly<
    Record<string, string | RegExp | readonly (string | RegExp)[] | null>
  >;
  readonly body?: string | RegExp | { readonly json: unknown } | { readonly error: AuthErrorCode };
  /** What `Vary` holds, besides what a private response always has. */
  readonly vary?: readonly string[];
  /**
   * Whether the response must be private and not stored. Default true. False: nothing is asked,
   * because the server refused before the app was reached, or the app itself decided.
   */
  readonly isPrivate?: boolean;
  /** How often a handler ran. Default: not at all when the body is an error of ours. */
  readonly handled?: number;
  /** A line that the developer finds in the log. */
  readonly logged?: { readonly level: LogEvent["level"]; readonly text: RegExp };
}

/** One request and its answer. */
export interface Row {
  /** Unique: `credential.cookie-twice`. */
  readonly id: string;
  /** What it is about, in a few words. */
  readonly title: string;
  readonly request: (world: World) => WireRequest;
  readonly expected: Expected;
}

/** An app, and the rows that are sent to it. */
export interface RowGroup {
  /** A sentence that the rows' titles complete, with the advisories it answers. */
  readonly title: string;
  readonly options?: TestAuthOptions;
  readonly app: (world: World, ran: () => void) => SuiteApp | Promise<SuiteApp>;
  readonly rows: readonly Row[];
}

/** Writes one row. */
export function row(
  id: string,
  title: string,
  exchange: {
    readonly request: WireRequest | ((world: World) => WireRequest);
    readonly expected: Expected;
  },
): Row {
  const { request, expected } = exchange;
  return { id, title, request: typeof request === "function" ? request : () => request, expected };
}

/** A request with one header. */
export function withHeader(line: string, name: string, value: string): WireRequest {
  return { line, headers: [[name, value]] };
}

/** An error of ours, with the status of the error table. */
export function refusal(
  status: number,
  error: AuthErrorCode,
  more: Omit<Expected, "status" | "body"> = {},
): Expected {
  return { status, body: { error }, ...more };
}
