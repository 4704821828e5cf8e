import type { Mutant } from "../../../../scripts/mutants/mutant.ts";

type Defect = Pick<Mutant, "id" | "row" | "guards" | "file" | "find" | "replace"> & {
  /** The test that notices it, and its file. */
  readonly test: string;
  readonly in: string;
};

const SRC = "packages/adapters/clerk/src";
const TEST = "packages/adapters/clerk/test";

const DEFECTS: readonly Defect[] = [
  {
    id: "clerk-session-of-any-party",
    row: 6,
    guards: "A session token of another app's page is refused.",
    file: "tokens.ts",
    find: `audience: { claim: "azp", anyOf: parties, ifMissing: instance.values.missingParty },`,
    replace: `audience: { claim: "iss", anyOf: [instance.issuer], ifMissing: "reject" },`,
    test: "of another app's page is refused",
    in: "tokens.test.ts",
  },
  {
    id: "clerk-session-without-party",
    row: 6,
    guards: "A session token that names no page is refused unless the operator accepts it.",
    file: "tokens.ts",
    find: `ifMissing: instance.values.missingParty },`,
    replace: `ifMissing: "accept" },`,
    test: "without azp is refused",
    in: "tokens.test.ts",
  },
  {
    id: "clerk-session-pending",
    row: 17,
    guards: "A session with something left to do proves nobody.",
    file: "identity.ts",
    find: `if (sts !== undefined && sts !== "active") return reject("session_pending");`,
    replace: ``,
    test: "that is pending is refused",
    in: "tokens.test.ts",
  },
  {
    id: "clerk-session-unknown-version",
    guards: "A session token whose claims are not understood proves nobody.",
    file: "identity.ts",
    find: `if (v !== undefined && v !== 2) return reject("session_version_unknown");`,
    replace: ``,
    test: "of an unknown version is refused",
    in: "tokens.test.ts",
  },
  {
    id: "clerk-session-of-both-versions",
    row: 30,
    guards: "A token that names organizations in two ways is refused.",
    file: "identity.ts",
    find: `if (own(claims, "org_id") !== undefined) return reject("claim_invalid");`,
    replace: ``,
    test: "with claims of both versions is refused",
    in: "tokens.test.ts",
  },
  {
    id: "clerk-template-is-session",
    row: 12,
    guards: "A token of a JWT template is no session.",
    file: "tokens.ts",
    find: `  if (cat !== undefined) return "other";
  // Older`,
    replace: `  // Older`,
    test: "a template's token with all claims of a session opens nothing",
    in: "tokens.test.ts",
  },
  {
    id: "clerk-machine-without-category",
    row: 12,
    guards: "Only what says that it is a machine's token is one.",
    file: "tokens.ts",
    find: `return cat === MACHINE ? "m2m" : "other";`,
    replace: `return "m2m";`,
    test: "a machine's token without its category opens nothing",
    in: "tokens.test.ts",
  },
  {
    id: "clerk-permissions-of-all-features",
    guards: "Masks count organizations' features only.",
    file: "permissions.ts",
    find: `feature !== null && feature.scope.includes("o") ? [feature.name] : [],`,
    replace: `feature !== null ? [feature.name] : [],`,
    test: "are those of organizations' features only, in their order",
    in: "permissions.test.ts",
  },
  {
    id: "clerk-permissions-as-numbers",
    guards: "Masks of any width are read exactly.",
    file: "permissions.ts",
    find: `const mask = BigInt(text);`,
    replace: `const mask = BigInt(Number(text));`,
    test: "may be wider than a number is exact",
    in: "permissions.test.ts",
  },
  {
    id: "clerk-permissions-unnamed-bit",
    row: 24,
    guards: "A packing that is not understood grants nothing.",
    file: "permissions.ts",
    find: `if (mask >> BigInt(names.length) !== 0n) return null;`,
    replace: ``,
    test: "are refused with a bit without a name",
    in: "permissions.test.ts",
  },
  {
    id: "clerk-permissions-of-system",
    guards: "Clerk's system permissions are nobody's here, so that tokens and lists agree.",
    file: "permissions.ts",
    find: `return permissions.filter((permission) => !permission.startsWith(SYSTEM));`,
    replace: `return permissions;`,
    test: "lists and tokens agree once the system permissions are gone",
    in: "permissions.test.ts",
  },
  {
    id: "clerk-mcp-any-client",
    row: 6,
    guards: "An OAuth token that is not meant for MCP opens no mount.",
    file: "tokens.ts",
    find: `return isMeant ? readAccessToken(claims, values) : reject("audience_mismatch");`,
    replace: `return isMeant || clientId !== "" ? readAccessToken(claims, values) : reject("x");`,
    test: "of a client that nobody named is for something else",
    in: "tokens.test.ts",
  },
  {
    id: "clerk-unbound-at-any-resource",
    row: 6,
    guards: "A token without an audience counts at our own resources only.",
    file: "tokens.ts",
    find: `anyOf: (resource) => (resource === undefined || ours.includes(resource) ? [issuer] : []),`,
    replace: `anyOf: () => [issuer],`,
    test: "counts at our own resources only, with and without an audience",
    in: "tokens.test.ts",
  },
  {
    id: "clerk-access-of-former-member",
    guards: "An access token of somebody who left the organization is refused.",
    file: "members.ts",
    find: `if (own === undefined) return reject("membership_inactive");
        return ok({ roles`,
    replace: `if (own === undefined) return ok({});
        return ok({ roles`,
    test: "of somebody who is no member any more is refused",
    in: "tokens.test.ts",
  },
  {
    id: "clerk-sign-in-of-former-member",
    guards: "A sign-in for an organization that its person is not in is refused.",
    file: "members.ts",
    find: `if (own === undefined) return reject("membership_inactive");
        return ok({
          identity`,
    replace: `if (own === undefined) return ok({ identity, memberships });
        return ok({
          identity`,
    test: "is refused for somebody who left the organization meanwhile",
    in: "login.test.ts",
  },
  {
    id: "clerk-machine-claim-untrusted",
    row: 30,
    guards: "What a machine's holder writes names a tenant only if the operator says so.",
    file: "identity.ts",
    find: `const organization = machineOrgClaim === undefined ? undefined : own(claims, machineOrgClaim);`,
    replace: `const organization = own(claims, machineOrgClaim ?? "org_id");`,
    test: "stands for none where the operator trusts no claim",
    in: "tokens.test.ts",
  },
  {
    id: "clerk-api-key-revoked",
    guards: "A revoked API key is refused, though the SDK takes the answer for good.",
    file: "api-keys.ts",
    find: `if (key.revoked || key.expired) return reject("inactive");`,
    replace: `if (key.expired) return reject("inactive");`,
    test: "a revoked key is refused, though the answer looks good",
    in: "api-keys.test.ts",
  },
  {
    id: "clerk-api-key-of-person",
    row: 36,
    guards: "A person's own API key stands for no organization.",
    file: "api-keys.ts",
    find: `if (!isText(subject) || !subject.startsWith("org_")) return reject("kind_not_accepted");`,
    replace: `if (!isText(subject)) return reject("kind_not_accepted");`,
    test: "a person's own key stands for no organization, whatever it says",
    in: "api-keys.test.ts",
  },
  {
    id: "clerk-api-key-answer-is-yes",
    row: 22,
    guards: "A Clerk that does not answer about an API key is neither yes nor no.",
    file: "errors.ts",
    find: `if (typeof answered !== "number" || answered < 400 || answered >= 500) {
    return { kind: "unavailable", reason: "provider_unavailable" };`,
    replace: `if (typeof answered !== "number" || answered < 400 || answered >= 500) {
    return { kind: "refused", reason: "provider_refused", status: 400 };`,
    test: "a key is neither good nor bad while Clerk does not answer",
    in: "api-keys.test.ts",
  },
  {
    id: "clerk-login-redirect-mix-up",
    row: 41,
    guards: "An answer that comes to another address is refused.",
    file: "login.ts",
    find: `if (address !== remembered.redirectUri || answer.redirectUri !== remembered.redirectUri) {`,
    replace: `if (address !== answer.redirectUri) {`,
    test: "is refused at another address than it went out with, even if it comes there",
    in: "login.test.ts",
  },
  {
    id: "clerk-login-unverified-id-token",
    row: 12,
    guards: "An ID token is verified by core, and not only by the OAuth library.",
    file: "login.ts",
    find: `if (!verified.ok) return refusal(verified.reason);`,
    replace: `if (!verified.ok) {
      const claims = JSON.parse(atob(idToken.split(".")[1] ?? ""));
      const { iss: issuer, sub: subject } = claims;
      const identity = { issuer, subject, subjectScope: "global", kind: "user", tenant: null } as never;
      return { kind: "done", identity };
    }`,
    test: "is refused with a forged ID token (rogue-key)",
    in: "login.test.ts",
  },
  {
    id: "clerk-email-verified-by-default",
    row: 33,
    guards: "Only an address that Clerk calls verified is.",
    file: "identity.ts",
    find: `? { email: { value: email, verified: verified === true } }`,
    replace: `? { email: { value: email, verified: verified !== undefined } }`,
    test: "takes an address for verified only if Clerk says so",
    in: "login.test.ts",
  },
  {
    id: "clerk-refresh-ends-in-outage",
    row: 22,
    guards: "A Clerk that does not answer ends nobody's session.",
    file: "refresh.ts",
    find: `return { ...failure, kind: "unavailable" };`,
    replace: `return { kind: "ended", reason: failure.reason };`,
    test: "is neither good nor bad while Clerk does not answer, and waits as long as it says",
    in: "refresh.test.ts",
  },
  {
    id: "clerk-front-end-signed-out",
    row: 18,
    guards: "A session cookie counts for nothing once the front end says that nobody is signed in.",
    file: "front-end-cookies.ts",
    find: `clientChangedAt !== null && clientChangedAt > 0 && first.issuedAt >= clientChangedAt;`,
    replace: `clientChangedAt === null || first.issuedAt >= clientChangedAt;`,
    test: "is nobody's when the front end says that nobody is signed in",
    in: "front-end.test.ts",
  },
  {
    id: "clerk-front-end-of-other-instance",
    guards: "Of two instances on one domain each reads its own cookie.",
    file: "front-end-cookies.ts",
    find: `if (iss === issuer && typeof iat === "number") {`,
    replace: `if (iss !== undefined && typeof iat === "number") {`,
    test: "of another instance on the same domain is not ours",
    in: "front-end.test.ts",
  },
  {
    id: "clerk-handshake-from-a-link",
    row: 38,
    guards:
      "A nonce in an address counts only in a browser that was sent to a handshake from here.",
    file: "front-end.ts",
    find: `if (nonce !== null && countOf(page.jar) > 0) return redeem`,
    replace: `if (nonce !== null) return redeem`,
    test: "takes no nonce from a link: only a browser that was sent from here has the cookie",
    in: "front-end.test.ts",
  },
  {
    id: "clerk-handshake-for-ever",
    guards: "A browser is sent to three handshakes a minute at most.",
    file: "front-end.ts",
    find: `if (reason === null || countOf(page.jar) >= MAX_HANDSHAKES) return { kind: "none" };`,
    replace: `if (reason === null) return { kind: "none" };`,
    test: "is given up after three handshakes in a minute",
    in: "front-end.test.ts",
  },
  {
    id: "clerk-webhook-deprovisioned",
    guards: "Somebody whom directory sync has locked out is inactive here.",
    file: "changes.ts",
    find: `status: isOut ? "inactive" : "active",`,
    replace: `status: "active",`,
    test: "lock out somebody who is deprovisioned",
    in: "directory.test.ts",
  },
  {
    id: "clerk-webhook-end-as-old-as-its-change",
    guards: "The end of a membership is newer than its last change.",
    file: "webhooks.ts",
    find: `Math.max(timeMs, change.version)`,
    replace: `change.version`,
    test: "date the end of a membership by its event, not by its last change",
    in: "directory.test.ts",
  },
  {
    id: "clerk-list-empty-in-outage",
    row: 22,
    guards: "A list that could not be fetched is no empty list.",
    file: "directory.ts",
    find: `return ok(isMore ? { items, next: String(end) } : { items });
      } catch (error) {
        return rejectionOf(error);`,
    replace: `return ok(isMore ? { items, next: String(end) } : { items });
      } catch {
        return ok({ items: [] });`,
    test: "are unavailable, not empty, in an outage",
    in: "directory.test.ts",
  },
  {
    id: "clerk-client-for-two-doors",
    row: 6,
    guards: "One client's tokens are for the API or for MCP, never for both.",
    file: "options-rules.ts",
    find: `mcpClients.some((client) => accessClients.includes(client) || client === oauthClientId),`,
    replace: `mcpClients.includes(""),`,
    test: "with a client for the API and for MCP stop the start",
    in: "options.test.ts",
  },
];

/** Defects that the tests of this package must notice. */
export const mutants: readonly Mutant[] = DEFECTS.map(({ test, in: file, ...defect }) => ({
  ...defect,
  file: `${SRC}/${defect.file}`,
  killedBy: [{ project: "clerk", file: `${TEST}/${file}`, test }],
}));
