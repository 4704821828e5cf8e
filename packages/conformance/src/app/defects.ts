import type { Outcome } from "@tenantry/core";
import type { Stores } from "@tenantry/core/stores";
import type { Door } from "./app.ts";
import type { AppPermission } from "./catalogue.ts";

/**
 * What is broken on purpose around the adapter, so that a defect of the whole can be shown to the
 * suite although core would not allow it. Only mutants set any of it.
 */
export interface Defects {
  /** What becomes of a bearer credential before it is verified. */
  readonly credential?: (credential: string) => Promise<string>;
  readonly request?: (request: Request) => Promise<Request>;
  /** What every mount accepts. */
  readonly accept?: readonly Door[];
  readonly outcome?: (outcome: Outcome<AppPermission>) => Outcome<AppPermission>;
  readonly stores?: (stores: Stores) => Stores;
  /** Cookies of sign-ins under way belong to all browsers. */
  readonly sharesFlows?: boolean;
}
