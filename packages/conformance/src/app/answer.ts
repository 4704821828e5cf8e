import type { PageView } from "@tenantry/core";

/** An answer of the auth routes to a front end. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Where a browser would be sent. */
  readonly location: string | null;
  /** The page that a browser would be shown. */
  readonly page: PageView | null;
  /** The code of the error table. */
  readonly code: string | null;
  readonly json: Readonly<Record<string, unknown>>;
}

/** Reads an answer of the JSON contract. */
export async function readAnswer(response: Response): Promise<Answer> {
  const text = await response.text();
  const json = parse(text);
  const { location, page, error } = json;
  return {
    status: response.status,
    headers: response.headers,
    text,
    location: typeof location === "string" ? location : null,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- core's own JSON contract
    page: isObject(page) ? (page as PageView) : null,
    code: isObject(error) && typeof error["code"] === "string" ? error["code"] : null,
    json,
  };
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
