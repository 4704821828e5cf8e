import type { ErrorDefinition } from "../../packages/core/src/errors.ts";

/** Renders core's public error table as the page `docs/errors.md`. */
export function errorsPage(errors: Readonly<Record<string, ErrorDefinition>>): string {
  const rows = Object.entries(errors).map(([code, definition]) =>
    [
      `\`${code}\``,
      definition.status,
      CHALLENGES[definition.challenge],
      BROWSER[definition.browser],
      definition.retryable ? "yes" : "no",
      definition.message.replaceAll("|", String.raw`\|`),
    ].join(" | "),
  );
  return `<!-- Generated from packages/core/src/errors.ts by \`pnpm docs:generate\`. Do not edit. -->

# Errors

Every refusal that a client can see carries one of these codes. The set is closed: adding a code is
a minor change, changing the meaning of one is a major change. Internal reasons (why exactly a token
was refused) go to the log and never to the client.

An API answers with the status, the challenge in \`WWW-Authenticate\`
([RFC 6750 §3](https://www.rfc-editor.org/rfc/rfc6750#section-3)) and a JSON body with the code and
the message. A page request of a browser gets what the fourth column says.

| code | status | challenge | in a browser | retry helps | message |
| --- | --- | --- | --- | --- | --- |
${rows.map((row) => `| ${row} |`).join("\n")}
`;
}

const CHALLENGES: Readonly<Record<ErrorDefinition["challenge"], string>> = {
  none: "",
  bare: "`Bearer`",
  invalid_request: '`error="invalid_request"`',
  invalid_token: '`error="invalid_token"`',
  insufficient_scope: '`error="insufficient_scope"`',
};

const BROWSER: Readonly<Record<ErrorDefinition["browser"], string>> = {
  sign_in: "goes to sign in",
  switch: "offers to switch the tenant",
  page: "a page that explains",
};
