import type { Mutant } from "../../../../scripts/mutants/mutant.ts";

const SRC = "packages/core/src";
const by = (test: string) => [
  { project: "core", file: "packages/core/test/recover.test.ts", test },
];

/** Defects in renewing the session of a vendor's own front end. */
export const mutants: readonly Mutant[] = [
  {
    id: "recover-forged",
    guards: "Only a token that was good until it expired is renewed.",
    file: `${SRC}/identify.ts`,
    find: 'found.ok === false && found.rejection.reason === "expired_only"',
    replace: "found.ok === false",
    killedBy: by("about a token that was never good"),
  },
  {
    id: "recover-cookies-of-a-bad-token",
    guards: "No cookie is set for a renewed token that is not good.",
    file: `${SRC}/identify.ts`,
    find: "return found.ok === true ? { ...found, setCookies: recovery.setCookies } : found;",
    replace: "return { ...found, setCookies: recovery.setCookies };",
    killedBy: by("is not renewed by a token that is not good, and its cookies stay here"),
  },
  {
    id: "recover-frame",
    guards: "Only a page itself is sent to the vendor and back, no frame and no script.",
    file: `${SRC}/request/document-get.ts`,
    find: 'return destination === "document" && second === undefined;',
    replace: 'return destination !== "" && second === undefined;',
    killedBy: by("when the request is a frame in another page"),
  },
  {
    id: "recover-prefetch",
    guards: "A page that is only loaded in advance uses up nothing.",
    file: `${SRC}/request/document-get.ts`,
    find: 'request.header("sec-purpose").length > 0 ||',
    replace: 'request.header("sec-purpose").length > 9 ||',
    killedBy: by("when the request only loads a page in advance"),
  },
  {
    id: "recover-post",
    guards: "A request that writes is never sent elsewhere.",
    file: `${SRC}/request/document-get.ts`,
    find: 'request.method !== "GET"',
    replace: 'request.method === "HEAD"',
    killedBy: by("when the request writes"),
  },
  {
    id: "recover-foreign-target",
    row: 39,
    guards: "The sender of a request does not choose the host that a browser comes back to.",
    file: `${SRC}/recover.ts`,
    find: ' || !target.startsWith("/")',
    replace: "",
    killedBy: by("for a target that names a host of the sender's choice"),
  },
  {
    id: "recover-to-a-script",
    row: 39,
    guards: "An adapter's redirect goes to an address of the web.",
    file: `${SRC}/recover.ts`,
    find: 'answer.kind === "redirect" && !isWebAddress(answer.location)',
    replace: 'answer.kind === "redirect" && answer.location === ""',
    killedBy: by("sends nobody to what is not an address of the web"),
  },
  {
    id: "recover-down-is-nobody",
    row: 22,
    guards: "A vendor that cannot be asked is neither a pass nor a no.",
    file: `${SRC}/recover.ts`,
    find: 'return { kind: "refused", rejection: reject("provider_unavailable") };',
    replace: "return NOTHING;",
    killedBy: by("is neither good nor bad when the vendor cannot be asked: it throws"),
  },
  {
    id: "front-end-token-of-another-provider",
    guards: "A cookie of one vendor's front end signs in nobody with another vendor's token.",
    file: `${SRC}/identify.ts`,
    find: "found.ok === true && found.who.provider.instance !== (instance ?? vendor)",
    replace: 'found.ok === true && vendor === instance && vendor === ""',
    killedBy: by("signs nobody in from the cookie of a vendor's front end"),
  },
  {
    id: "recover-token-of-another-provider",
    guards: "What a vendor's front end renews signs in nobody with another vendor's token.",
    file: `${SRC}/identify.ts`,
    find: "const found = await fromFrontEnd(recovery.token, provider, resource);",
    replace: "const found = await fromBearer(recovery.token, SESSION, resource);",
    killedBy: by("signs nobody in as what a vendor's front end has renewed"),
  },
  {
    id: "sealed-cookie-as-it-is",
    guards: "A cookie that should be sealed and is not counts for nothing.",
    file: `${SRC}/identify.ts`,
    find: "const token = open === undefined ? shown : await open(shown);",
    replace: "const token = open === undefined ? shown : ((await open(shown)) ?? shown);",
    killedBy: by("is refused if it cannot be opened, even if it is a good token as it is"),
  },
];
