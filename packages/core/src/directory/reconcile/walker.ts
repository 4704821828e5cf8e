import type { Audit } from "../../audit/audit.ts";
import { withDeadline } from "../../internal/deadline.ts";
import { reject, type Result } from "../../internal/result.ts";
import type { Runtime } from "../../internal/runtime.ts";
import type { ProviderTools } from "../../provider/login-flow.ts";
import type { DirectorySource } from "../../provider/directory.ts";
import type { ChangeSource } from "../change-source.ts";
import type { Directory } from "../directory.ts";
import type { Stores } from "../ports.ts";
import type { Sightings } from "./sightings.ts";

/** What the steps of one call work with. */
export interface Walker {
  /** Whose directory is read, and how it is asked. */
  readonly source: ChangeSource;
  readonly vendor: DirectorySource;
  readonly tools: ProviderTools;
  /** What it is compared with. */
  readonly stores: Pick<Stores, "tenants" | "users" | "links" | "memberships">;
  readonly directory: Pick<Directory, "apply">;
  readonly sightings: Sightings;
  readonly audit: Pick<Audit, "record">;
  readonly runtime: Pick<Runtime, "nowMs" | "log">;
}

/** Longer than any adapter waits by itself. */
const TIMEOUT_MS = 60_000;

/** Asks the vendor. No answer in time, or a throw, means that something could not be found out. */
export async function ask<T>(question: () => Promise<Result<T>>): Promise<Result<T>> {
  try {
    return await withDeadline(question(), TIMEOUT_MS);
  } catch {
    return reject("provider_unavailable");
  }
}
