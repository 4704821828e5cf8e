import type { Mutant } from "../../../../scripts/mutants/mutant.ts";

const file = "packages/core/src/tokens/enrich.ts";
const by = (test: string) => [
  { project: "core", file: "packages/core/test/tokens/enrich.test.ts", test },
];

/** Defects in what a profile asks its vendor for. */
export const mutants: readonly Mutant[] = [
  {
    id: "enrich-outage-is-nothing",
    row: 22,
    guards: "What a vendor could not be asked is neither yes nor no.",
    file,
    find: 'return reject("provider_unavailable");',
    replace: "return { ok: true, value: identity };",
    killedBy: by("that cannot be found out is neither yes nor no, and is asked again"),
  },
  {
    id: "enrich-refusal-is-nothing",
    guards: "A token that the vendor refuses when asked is refused.",
    file,
    find: "if (!answer.ok) return answer;",
    replace: "if (!answer.ok) return { ok: true, value: identity };",
    killedBy: by("may refuse the token"),
  },
  {
    id: "enrich-names-the-tenant",
    row: 30,
    guards: "A tenant is proven by the token: only a machine that names none is bound otherwise.",
    file,
    find: 'if (tenant !== undefined && (identity.kind !== "service" || identity.tenant !== null)) {',
    replace: "if (tenant === null) {",
    killedBy: by("binds a machine without a tenant, and nobody else"),
  },
  {
    id: "enrich-names-the-person",
    guards: "A vendor's answer about a token does not say whom the token is about.",
    file,
    find: "...(roles === undefined ? {} : { roles }),",
    replace: "...answer.value,",
    killedBy: by("cannot say whom the token is about"),
  },
  {
    id: "enrich-unchecked",
    row: 7,
    guards: "What a vendor adds has the types of an identity.",
    file,
    find: "return checkIdentity({",
    replace: "return ((value: Identity) => ({ ok: true as const, value }))({",
    killedBy: by("has the types of an identity or is refused"),
  },
];
