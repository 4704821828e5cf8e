import { conformance } from "@tenantry/conformance";
import { describe, test } from "vitest";
import { expected } from "./expected.ts";
import { target } from "./target.ts";

conformance({ describe, test }, target, { expected });
