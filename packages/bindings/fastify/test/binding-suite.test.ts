import { bindingSuite } from "@tenantry/binding-suite";
import { fastifyBinding } from "./support/binding-under-test.ts";

bindingSuite(fastifyBinding);
