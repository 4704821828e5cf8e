import { conformance } from "@tenantry/conformance";
import { describe, expect, test } from "vitest";
import { committedReport } from "../../../../../scripts/conformance/reports.ts";
import { expected } from "./expected.ts";
import { target } from "./target.ts";

const suite = conformance({ describe, test }, target, { expected });

test("the committed report says the same; `pnpm conformance --update` writes it", () => {
  expect(suite.report()).toEqual(committedReport("clerk"));
});
