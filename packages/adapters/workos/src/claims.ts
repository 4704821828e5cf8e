import { reject, type Rejection } from "@tenantry/core/provider";

/** A JSON object that nobody has looked at yet. */
export type Fields = Readonly<Record<string, unknown>>;

/** A JSON object, which a list is not. */
export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A text with something in it. */
export function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

/** A list of such texts. */
export function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length <= 1000 && value.every(isText);
}

/** Whether a reader refused. */
export function isRejection(value: unknown): value is Rejection {
  return isFields(value) && value["ok"] === false;
}

/** An optional text: the text, undefined if it is missing or null, a rejection for anything else. */
export function optionalText(value: unknown): string | undefined | Rejection {
  if (value === undefined || value === null) return undefined;
  return isText(value) ? value : reject("claim_invalid");
}

/** The objects of a list; undefined if it is no list of objects. */
export function objectsOf(value: unknown): readonly Fields[] | undefined {
  return Array.isArray(value) && value.every(isFields) ? value : undefined;
}
