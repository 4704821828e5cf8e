import { bindingSuite } from "@tenantry/binding-suite";
import { nodeBinding } from "./support/node-binding.ts";

bindingSuite(nodeBinding);
