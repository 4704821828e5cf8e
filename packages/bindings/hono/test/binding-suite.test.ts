import { bindingSuite } from "@tenantry/binding-suite";
import { honoBinding } from "./support/binding-under-test.ts";

bindingSuite(honoBinding);
