import { bindingSuite } from "@tenantry/binding-suite";
import { fetchBinding } from "./support/fetch-binding.ts";

bindingSuite(fetchBinding);
