import type { ConsentRequest } from "../../provider/mcp.ts";
import type { PageForm, PageLink, PageView } from "../pages/pages.ts";
import { isLoopback } from "./consent-address.ts";

/** The page that asks. */
export function consentView(
  request: ConsentRequest,
  about: {
    readonly person: string;
    readonly tenant: string;
    readonly form: Omit<PageForm, "submit">;
    readonly others: readonly PageLink[];
  },
): PageView {
  const { person, tenant, others } = about;
  const isGrant = request.kind === "grant";
  return {
    kind: "consent",
    title: isGrant ? "Allow this application?" : "Continue?",
    client: isGrant ? clientOf(request.client) : null,
    person,
    tenant,
    scopes: isGrant ? request.scopes : [],
    warning: isGrant ? warningOf(request.client.redirectUri) : NEXT_PAGE,
    form: { ...about.form, submit: isGrant ? `Allow in ${tenant}` : `Continue in ${tenant}` },
    decline: isGrant ? "Do not allow" : "Do not continue",
    others,
  };
}

const NEXT_PAGE =
  "The next page names the application and what it asks for. Go on only if you have just started this yourself.";

function clientOf({
  clientId,
  name,
  redirectUri,
}: Extract<ConsentRequest, { kind: "grant" }>["client"]) {
  const { protocol, host } = new URL(redirectUri);
  // SECURITY: anybody can take any name, so the id and the host always stand beside it.
  return {
    name: shownName(name),
    id: clientId,
    host: protocol === "https:" ? host : `${protocol}//${host}`,
  };
}

const MAX_NAME = 80;

/**
 * A client's own name as one short line. What turns the reading direction, breaks lines or cannot be
 * seen could make the sentence around it say something else (Unicode TR 36 §2).
 */
function shownName(name: string | null): string {
  const line = (name ?? "").replaceAll(/[\p{C}\p{Z}]+/gu, " ").trim();
  if (line === "") return "An application without a name";
  return line.length > MAX_NAME ? `${line.slice(0, MAX_NAME)}…` : line;
}

function warningOf(redirectUri: string): string | null {
  const url = new URL(redirectUri);
  return url.protocol === "https:" && !isLoopback(url)
    ? null
    : "The answer goes to a program on this computer, and no address shows which one. Go on only if you have just started this yourself.";
}
