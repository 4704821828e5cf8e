import type { ExpectedCapabilities, Report } from "../../packages/conformance/src/index.ts";

/** What is known of a shipped adapter. */
export interface KnownProvider {
  readonly report: Report;
  readonly expected: ExpectedCapabilities;
}

const NAMES: Readonly<Record<string, string>> = {
  clerk: "Clerk",
  oidc: "OpenID Connect",
  stytch: "Stytch",
  workos: "WorkOS",
};

const CAPABILITIES: Readonly<Record<string, string>> = {
  login: "sign-in through the app's own routes",
  organizationHint: "sign-in names the organization",
  refresh: "sessions are renewed at the vendor",
  switchByRefresh: "switching without a new sign-in",
  endSession: "signing out at the vendor too",
  backchannelLogout: "the vendor signs people out (logout tokens)",
  machineTokens: "machine tokens",
  opaqueTokens: "opaque tokens or vendor API keys",
  frontEndSession: "sessions of the vendor's own front end",
  webhooks: "webhooks",
  directoryList: "lists, for reconciliation",
  directoryEvents: "list of events",
  admin: "management: tenants",
  memberManagement: "management: members and roles",
  invitations: "management: invitations",
  domainManagement: "management: domains",
  portalLink: "link to the vendor's admin portal",
  magicLink: "e-mail links as a step of sign-in",
  impersonation: "impersonators are named",
  ssoEnforcement: "the vendor enforces single sign-on",
  scim: "the vendor takes SCIM",
  mcp: "authorization server for MCP",
  clientIdMetadataDocuments: "client id metadata documents",
  dynamicClientRegistration: "dynamic client registration",
  resourceBinding: "tokens are bound to a resource",
};

/** The matrix of README and docs: one column for each adapter. */
export function providerTable(reports: readonly Report[]): string {
  const header = ["", ...reports.map(({ vendor }) => NAMES[vendor] ?? vendor)];
  const capabilities = Object.entries(CAPABILITIES).map(([name, text]) => [
    text,
    ...reports.map((report) => cell(report.capabilities[name])),
  ]);
  const verdicts = reports.map(({ counts }) => {
    const { pass, fail, known, skip } = counts;
    const failed = fail + known === 0 ? "" : `, ${fail + known} fail`;
    return `${pass} pass${failed}, ${skip} skip`;
  });
  return table([header, ...capabilities, ["**conformance**", ...verdicts]]);
}

/** Renders `docs/providers.md`: the matrix, and for each adapter sources and reasons. */
export function providersPage(providers: readonly KnownProvider[]): string {
  const sections = providers.map(({ report, expected }) => section(report, expected));
  return `<!-- Generated from the conformance reports by \`pnpm docs:generate\`. Do not edit. -->

# Providers

Every adapter passes [one suite](conformance.md). A capability that an adapter does not have is
listed as such, and what depends on it is skipped with the reason.

${providerTable(providers.map(({ report }) => report))}

_if offered_: each installation's own metadata decides.

${sections.join("\n")}`;
}

function section(report: Report, expected: ExpectedCapabilities): string {
  const { name } = report.adapter;
  const capabilities = Object.entries(expected).map(([id, { support, source }]) => [
    CAPABILITIES[id] ?? id,
    cell(support),
    source,
  ]);
  const others = report.requirements.flatMap((result) =>
    result.verdict === "pass" || /^capability \w+ is no/.test(result.reason)
      ? []
      : [[`\`${result.id}\``, result.verdict, result.reason]],
  );
  const rest =
    others.length === 0
      ? ""
      : `\nBesides what depends on a capability that is missing:\n\n${table([["requirement", "", "why"], ...others])}\n`;
  return `## ${NAMES[report.vendor] ?? report.vendor}

\`${name}\`

${table([["capability", "", "source"], ...capabilities])}
${rest}`;
}

function cell(support: string | undefined): string {
  if (support === "yes") return "yes";
  return support === "discovered" ? "if offered" : "–";
}

/** A table as the formatter writes it, so that formatting changes nothing. */
function table(rows: readonly (readonly string[])[]): string {
  const safe = rows.map((row) => row.map((text) => text.replaceAll("|", String.raw`\|`)));
  const widths = (safe[0] ?? []).map((_, column) =>
    Math.max(3, ...safe.map((row) => (row[column] ?? "").length)),
  );
  const line = (row: readonly string[]) =>
    `| ${row.map((text, column) => text.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  const [head = [], ...body] = safe;
  const rule = line(widths.map((width) => "-".repeat(width)));
  return [line(head), rule, ...body.map(line)].join("\n");
}
