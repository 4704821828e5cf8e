import type { Mutant } from "./mutant.ts";

/** A rule that a published vulnerability of this field broke elsewhere, and that holds here. */
export interface Invariant {
  /** The number that mutants and tests cite. Numbers are never reused. */
  readonly row: number;
  /** Where it happened: advisory ids, issues or commits of public repositories. */
  readonly sources: readonly string[];
  /** What went wrong there, in a few words. */
  readonly cause: string;
  /** What holds here, in one sentence. */
  readonly rule: string;
}

/** Whether a mutant cites this invariant, by its number or by one of its sources. */
export function cites({ row }: Pick<Mutant, "row">, invariant: Invariant): boolean {
  const names = [String(invariant.row), ...invariant.sources];
  return String(row ?? "")
    .split(/, */)
    .some((cited) => names.includes(cited));
}

const invariant = (
  row: number,
  sources: string,
  text: { readonly cause: string; readonly rule: string },
): Invariant => ({ row, sources: sources.split(", "), ...text });

/** The invariants that this release answers; later adapters and bindings bring more rows. */
export const INVARIANTS: readonly Invariant[] = [
  invariant(1, "CVE-2022-23540, CVE-2022-23541, CVE-2020-15084", {
    cause: "a default or missing algorithm",
    rule: "Only listed asymmetric algorithms verify: not `none`, not HMAC with the public key, not a key of another type.",
  }),
  invariant(2, "CVE-2026-22817, CVE-2026-22818", {
    cause: "the algorithm came from the token when the key named none",
    rule: "The token never chooses the algorithm, also when the key set names none.",
  }),
  invariant(3, "CVE-2026-34950, GHSA-ww5h-9m49-7xx4, GHSA-g3jj-5cmm-3hxx", {
    cause: "the type of a key was guessed from text",
    rule: "Keys come from JWKs only; text is never a key.",
  }),
  invariant(4, "CVE-2026-44351, GHSA-8wpc-h4q6-8fxv", {
    cause: "an unknown key id led to an empty key",
    rule: "A key id that is unknown, empty, not text or oversized is refused.",
  }),
  invariant(5, "CVE-2026-18500", {
    cause: "a global secret beat the key of the request",
    rule: "The issuer alone chooses the key set; tokens signed with another issuer's key fail.",
  }),
  invariant(6, "CVE-2025-62610, honojs/middleware@e956ae02", {
    cause: "the audience was not checked",
    rule: "Issuer and audience are always checked; a sibling app's token fails although the keys are the same.",
  }),
  invariant(7, "CVE-2025-30144, CVE-2024-53861, CVE-2020-26160", {
    cause: "arrays and substrings passed as issuer or audience",
    rule: "Claims have strict types and are compared exactly.",
  }),
  invariant(8, "CVE-2026-44459", {
    cause: "an expiry that is not a number passed",
    rule: "A finite numeric expiry is required.",
  }),
  invariant(9, "CVE-2026-35042, CVE-2026-32597", {
    cause: "unknown critical headers were accepted",
    rule: "A token with a `crit` header is refused.",
  }),
  invariant(10, "CVE-2026-35040, CVE-2026-35041", {
    cause: "regular expressions as allow-lists kept state and took exponential time",
    rule: "No configuration takes a regular expression.",
  }),
  invariant(11, "CVE-2026-35039, CVE-2026-33496", {
    cause: "two tokens shared a cache key",
    rule: "A cached result belongs to the whole token, its profile and its audience, and ends with the token.",
  }),
  invariant(12, "jlowin/fastmcp#3524, honojs/hono@5463db27", {
    cause: "refresh tokens and other schemes passed as bearer tokens",
    rule: "ID, refresh and logout tokens and other schemes fail at the API.",
  }),
  invariant(13, "jlowin/fastmcp#3407", {
    cause: "required scopes were granted without reading the token's",
    rule: "Scopes come from the token only; a token without scopes has none.",
  }),
  invariant(14, "CVE-2025-64762, CVE-2025-48947, honojs/hono@568c2ecc", {
    cause: "a shared cache served one person's session to another",
    rule: "A response that depends on who asks, or sets a cookie, is private, not stored, and varies.",
  }),
  invariant(15, "CVE-2025-67490, CVE-2026-40155", {
    cause: "requests of several users were answered by one shared flight",
    rule: "Work is shared only within one session and token.",
  }),
  invariant(16, "CVE-2026-32887", {
    cause: "ambient context mixed up requests",
    rule: "The context is passed explicitly; interleaved requests never see each other's.",
  }),
  invariant(17, "GHSA-xg6x-h9c9-2m83", {
    cause: "a session was cached before its second factor",
    rule: "Only a complete sign-in becomes a session.",
  }),
  invariant(18, "auth0/nextjs-auth0@d5511ba8", {
    cause: "a request in flight revived a session after its logout",
    rule: "A logout outlives every late write.",
  }),
  invariant(19, "CVE-2021-41246, CVE-2022-25896, GHSA-f24x-5g9q-753f", {
    cause: "the session id stayed the same at sign-in",
    rule: "Sign-in, step-up and switch give a new session id, and the old one ends.",
  }),
  invariant(20, "CVE-2025-55009", {
    cause: "tokens were written into pages",
    rule: "The context holds no token and no secret.",
  }),
  invariant(21, "honojs/hono@cc067c85", {
    cause: "a cookie parser trimmed Unicode space, so one name could pose as another",
    rule: "Cookie names are exact, and a session cookie that occurs twice is refused.",
  }),
  invariant(22, "GHSA-8fpg-xm3f-6cx3", {
    cause: "an error body counted as a session",
    rule: "A provider or store that fails is never a pass and never a no.",
  }),
  invariant(23, "GHSA-xmf8-cvqr-rfgj", {
    cause: "a malformed header threw",
    rule: "No header makes the pipeline throw.",
  }),
  invariant(24, "CVE-2026-42349", {
    cause: "a missing dimension of a permission check was ignored",
    rule: "Missing data denies; all conditions have to hold.",
  }),
  invariant(25, "clerk/javascript@5a7b5c4a88", {
    cause: "a foreign property of the request was trusted",
    rule: "What is known of a request is kept where nothing else can write it.",
  }),
  invariant(
    26,
    "CVE-2026-41248, CVE-2025-29927, GHSA-x732-6j76-qmhm, GHSA-7rh7-c77v-6434, GHSA-pxq7-h93f-9jrg",
    {
      cause: "the check matched paths unlike the router",
      rule: "Guards stand on handlers, and a path that a router may read differently names no tenant.",
    },
  ),
  invariant(27, "CVE-2026-40575, CVE-2025-64484, CVE-2025-23167, GHSA-5hvv-m4w4-gf6v", {
    cause: "forwarded headers of strangers were believed",
    rule: "Forwarded hosts count from listed proxies only, and no header skips a check.",
  }),
  invariant(29, "GHSA-ph3g-6p57-jfm5", {
    cause: "an organization that the request named was asked for with the app's own key",
    rule: "The app's own key reaches every tenant, so each call names one, and another one's things are like absent ones.",
  }),
  invariant(30, "GHSA-h3rm-78g3-j7cp", {
    cause: "one organization was authorized and another acted upon",
    rule: "A request has one tenant; its sources agree or it is refused; there is no fallback.",
  }),
  invariant(31, "GHSA-phx7-w8x2-3xgf, GHSA-8c5h-wx78-2cfg", {
    cause: "an unverified domain let people join",
    rule: "Only a verified domain of one tenant means anything.",
  }),
  invariant(32, "CVE-2026-40574, GHSA-7rqj-j65f-68wh", {
    cause: "e-mail domains were compared before they were normalized",
    rule: "Addresses are normalized first, have one `@`, and domains are compared exactly.",
  }),
  invariant(33, "CVE-2023-3128, GHSA-g38m-r43w-p2q7", {
    cause: "accounts were linked by e-mail address",
    rule: "An identity is provider, issuer and subject; an e-mail address never links.",
  }),
  invariant(34, "CVE-2025-41115", {
    cause: "an external id was used as a local one",
    rule: "External ids live in a namespace of their own.",
  }),
  invariant(35, "GHSA-fmh4-wcc4-5jm3, GHSA-gv74-j8m3-fg5f, GHSA-5rr4-8452-hf4v", {
    cause: "configured addresses were fetched unchecked",
    rule: "Every address from discovery or a connection passes a guard before it is fetched.",
  }),
  invariant(36, "CVE-2025-61928", {
    cause: "a key was minted for a user named in the body",
    rule: "Owner and tenant of a key come from the context.",
  }),
  invariant(38, "GHSA-wxw3-q3m9-c3jr, GHSA-x445-f3h2-j279, honojs/middleware#2040", {
    cause: "state was missing, weak or not bound to the browser",
    rule: "Each sign-in has its own state, nonce and PKCE, bound to provider, tenant and browser, and usable once.",
  }),
  invariant(39, "GHSA-7p99-3798-f85c, GHSA-qqxw-m5fj-f7gv, CVE-2024-56734", {
    cause: "the address to return to left the site",
    rule: "After signing in and out a browser stays on the site.",
  }),
  invariant(40, "clerk/javascript@ff5d991a2c", {
    cause: "origins were trusted by pattern",
    rule: "Origins are compared exactly.",
  }),
  invariant(41, "CVE-2025-4143, CVE-2025-4144", {
    cause: "the redirect address and PKCE went unchecked",
    rule: "Redirect addresses are exact, and PKCE cannot be dropped.",
  }),
  invariant(42, "GHSA-392p-2q2v-4372", {
    cause: "concurrent rotation forked a refresh token",
    rule: "One of several concurrent refreshes wins, and reuse of an old token ends the session.",
  }),
  invariant(44, "CVE-2025-69196, GHSA-p2fr-6hmx-4528", {
    cause: "tokens were not bound to the resource they were granted for",
    rule: "A token opens the resource that it names, and renewing it cannot name another.",
  }),
  invariant(45, "CVE-2026-25536", {
    cause: "one server for all callers mixed up their answers",
    rule: "Each request is answered by a server of its own, whatever its JSON-RPC id.",
  }),
  invariant(46, "PrefectHQ/fastmcp#4041, PrefectHQ/fastmcp#3800", {
    cause: "cache and task keys left out who asked",
    rule: "Keys of shared state hold tenant and principal.",
  }),
  invariant(47, "CVE-2025-66414, CVE-2025-6514", {
    cause: "metadata could name any address",
    rule: "Addresses in metadata are https, and the hosts of requests are checked.",
  }),
];
