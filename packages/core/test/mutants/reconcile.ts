import type { Mutant } from "../../../../scripts/mutants/mutant.ts";

const SRC = "packages/core/src/directory/reconcile";
const by = (test: string) => [
  { project: "core", file: "packages/core/test/directory/reconcile/reconcile.test.ts", test },
];

/** Defects in bringing the directory to the vendor's state. */
export const mutants: readonly Mutant[] = [
  {
    id: "reconcile-outage-is-gone",
    guards: "A vendor that does not answer takes nothing away.",
    file: `${SRC}/check-step.ts`,
    find: "if (!answer.ok && isUnavailable(answer.reason)) return answer;",
    replace: "",
    killedBy: by("when asked by name takes nothing away"),
  },
  {
    id: "reconcile-answer-of-another",
    guards: "Only an answer about the very thing takes it away.",
    file: `${SRC}/check-step.ts`,
    find: 'if (answer.ok && !isSame(namedBy(answer.value), thing)) return reject("answer_mismatch");',
    replace: "",
    killedBy: by("is not what the vendor answers with something else"),
  },
  {
    id: "reconcile-ends-early",
    guards: "Nothing is asked about before the vendor's lists were read to their end.",
    file: `${SRC}/list-step.ts`,
    find: 'if (!page.ok) return { kind: "stopped", place, why: page };',
    replace: "if (!page.ok) return goOn(place, undefined);",
    killedBy: by("at list membership takes nothing away"),
  },
  {
    id: "reconcile-without-brake",
    guards: "A walk takes no more away than it may.",
    file: `${SRC}/check-step.ts`,
    find: 'if (alive.length === 0 && sum(drift, "removed") >= maxRemovals) return ok(null);',
    replace: "",
    killedBy: by("takes away no more than it may before somebody has looked"),
  },
  {
    id: "reconcile-shared-place",
    guards: "A vendor takes nobody out of a place that only another one gave them.",
    file: `${SRC}/check-step.ts`,
    find: " || (isShared && seen[index] === 0)",
    replace: "",
    killedBy: by("keep a place that this vendor never had"),
  },
  {
    id: "reconcile-one-of-two-names",
    guards: "Who is gone under one name and there under another is there.",
    file: `${SRC}/check-step.ts`,
    find: "if (seen.some((atMs) => isSeen(atMs, startedAtMs))) return [];",
    replace: "if (seen.every((atMs) => isSeen(atMs, startedAtMs))) return [];",
    killedBy: by("share a local tenant: who is in one of its organizations is in it"),
  },
  {
    id: "reconcile-foreign-cursor",
    guards: "A walk through one provider's lists does not go on at another's.",
    file: `${SRC}/place.ts`,
    find: "instance === source.instance && issuer === source.issuer;",
    replace: "true;",
    killedBy: by("do not take a cursor of this one's walk"),
  },
  {
    id: "reconcile-skips-a-failed-page",
    guards: "A page of events that could not be read is read again.",
    file: `${SRC}/catch-up.ts`,
    find: 'if (!isUnavailable(reason)) return { kind: "refused", reason, ...here() };',
    replace: 'if (isUnavailable(reason)) return { kind: "done", ...here() };',
    killedBy: by("goes on after an outage where it stopped, and no event is skipped"),
  },
];
