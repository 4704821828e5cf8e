import type { Mutant } from "../../../../scripts/mutants/mutant.ts";

const FILE = "packages/core/src/webhooks/timestamp-signature.ts";
const killedBy = (test: string) => [
  { project: "core", file: "packages/core/test/webhooks/timestamp-signature.test.ts", test },
];

/** Defects in webhook signatures with a time in one header. */
export const mutants: readonly Mutant[] = [
  {
    id: "timestamp-signature-future",
    guards: "A webhook that claims to be signed in the future is refused.",
    file: FILE,
    find: "Math.abs(nowMs - signedAtMs) > TOLERANCE_MS",
    replace: "nowMs - signedAtMs > TOLERANCE_MS",
    killedBy: killedBy("earlier than five minutes"),
  },
  {
    id: "timestamp-signature-past",
    guards: "A webhook that was signed long ago is refused.",
    file: FILE,
    find: "Math.abs(nowMs - signedAtMs) > TOLERANCE_MS",
    replace: "signedAtMs - nowMs > TOLERANCE_MS",
    killedBy: killedBy("older than five minutes"),
  },
  {
    id: "timestamp-signature-unchecked",
    guards: "A webhook that somebody else signed is refused.",
    file: FILE,
    find: 'return reject("signature_invalid");',
    replace: "return ok({ signedAtMs });",
    killedBy: killedBy("is refused for one secret of a stranger"),
  },
  {
    id: "timestamp-signature-lenient-time",
    guards: "A time that is no plain number is refused.",
    file: FILE,
    find: "/^[1-9]\\d{0,14}$/.test(time)",
    replace: "/./.test(time)",
    killedBy: killedBy("is refused with a time that is no number"),
  },
];
