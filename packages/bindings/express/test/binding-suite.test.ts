import { bindingSuite } from "@tenantry/binding-suite";
import { expressBinding } from "./support/binding-under-test.ts";

bindingSuite(expressBinding);
