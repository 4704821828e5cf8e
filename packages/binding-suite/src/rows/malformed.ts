import { apiApp } from "./api-app.ts";
import { refusal, row, withHeader, type Expected, type Row, type RowGroup } from "./row.ts";

const notBearer = refusal(401, "credential_invalid");
const malformed = refusal(400, "credential_malformed");
const missing = refusal(401, "credential_missing");
/** Node's own parser refuses the message before any framework sees it. */
const byNode: Expected = { status: [400, 431], isPrivate: false, handled: 0 };

const segment = (text: string) => Buffer.from(text).toString("base64url");
const unsigned = `${segment('{"alg":"none","typ":"access+jwt"}')}.${segment('{"sub":"ada"}')}.`;

const HEADERS: readonly (readonly [id: string, value: string, expected: Expected])[] = [
  ["percent", "Bearer %", notBearer],
  ["scheme-only", "Bearer", notBearer],
  ["scheme-and-blank", "Bearer ", notBearer],
  ["no-scheme", "eyJhbGciOiJub25lIn0", notBearer],
  ["empty", "", notBearer],
  ["two-words", "Bearer a b", notBearer],
  ["tab", "Bearer\ta", notBearer],
  ["padding-in-front", "Bearer =a", notBearer],
  ["quoted", 'Bearer "a"', notBearer],
  ["comma", "Bearer a,b", malformed],
  ["no-break-space", "Bearer\u00A0a", notBearer],
  ["no-break-space-after", "Bearer a\u00A0", notBearer],
  ["high-bytes", "Bearer \u00FF\u00FE", notBearer],
  ["utf-8", "Bearer \u00C3\u00A9", notBearer],
  ["one-word", "Bearer a", notBearer],
  ["two-dots", "Bearer ..", notBearer],
  ["four-dots", "Bearer a.b.c.d.e", notBearer],
  ["not-json", "Bearer a.b.c", notBearer],
  ["null-header", `Bearer ${segment("null")}.${segment("null")}.AA`, notBearer],
  ["array-header", `Bearer ${segment("[]")}.${segment("[]")}.AA`, notBearer],
  ["deep-header", `Bearer ${segment("[".repeat(2000))}.e30.AA`, notBearer],
  ["unsigned", `Bearer ${unsigned}`, notBearer],
  ["long", `Bearer ${"a".repeat(12_000)}`, notBearer],
  ["longer-than-node", `Bearer ${"a".repeat(70_000)}`, byNode],
  ["nul", "Bearer a\u0000", byNode],
  ["bell", "Bearer \u0007", byNode],
  ["delete", "Bearer \u007F", byNode],
  ["line-feed", "Bearer a\nx-user: root", byNode],
];

const COOKIES: readonly (readonly [id: string, value: string, expected: Expected])[] = [
  ["empty", "", missing],
  ["no-equals", "__Host-tenantry", missing],
  ["only-separators", ";;;==;;", missing],
  ["no-value", "__Host-tenantry=", notBearer],
  ["percent", "__Host-tenantry=%", notBearer],
  ["broken-escape", "__Host-tenantry=%E0%A4%A", notBearer],
  ["quoted", '__Host-tenantry="a"', notBearer],
  ["high-bytes", "__Host-tenantry=\u00FF", notBearer],
  ["proto", "__proto__=1; constructor=1; __Host-tenantry=a", notBearer],
  ["long", `__Host-tenantry=${"a".repeat(12_000)}`, notBearer],
  ["many", "a=b; ".repeat(2000), missing],
  ["nul", "__Host-tenantry=a\u0000", byNode],
];

/** Headers that are no credential at all. None may do more than be refused. */
export const malformedRows: RowGroup = {
  title: "GHSA-xmf8-cvqr-rfgj: a malformed header",
  app: (_, ran) => apiApp(ran),
  rows: [...HEADERS.map(headerRow("authorization")), ...COOKIES.map(headerRow("cookie"))],
};

function headerRow(name: string) {
  return ([id, value, expected]: readonly [string, string, Expected]): Row =>
    row(`malformed.${name}.${id}`, "is refused, and nothing throws", {
      request: withHeader("GET /read", name, value),
      expected,
    });
}
