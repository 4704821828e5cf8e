import type { Audit } from "../../audit/audit.ts";
import type { Runtime } from "../../internal/runtime.ts";
import type { ProviderTools } from "../../provider/login-flow.ts";
import { observe } from "../../telemetry/observe.ts";
import type { Operation } from "../../telemetry/telemetry.ts";
import type { InstanceProvider } from "../../tokens/provider-instance.ts";
import type { Directory } from "../directory.ts";
import type { Stores } from "../ports.ts";
import { catchUp, type CatchUpRequest, type CaughtUp } from "./catch-up.ts";
import { reconcile, type Reconciliation, type ReconcileRequest } from "./reconcile.ts";
import { sum, type Drift } from "./drift.ts";
import { createSightings } from "./sightings.ts";
import type { Walker } from "./walker.ts";

/** Keeps the directory at the vendors' state when webhooks were lost. For a scheduled job. */
export interface Mirror {
  /**
   * See {@link reconcile}. Throws `TypeError` for an instance that is not configured or whose
   * capability `directoryList` is `no`; what goes wrong later is part of the answer.
   */
  reconcile(request?: ReconcileRequest): Promise<Reconciliation>;
  /**
   * See {@link catchUp}. Throws `TypeError` for an instance that is not configured or whose
   * capability `directoryEvents` is `no`; what goes wrong later is part of the answer.
   */
  catchUp(request?: CatchUpRequest): Promise<CaughtUp>;
}

/** Makes a {@link Mirror}. */
export function createMirror(deps: {
  readonly providers: readonly InstanceProvider[];
  readonly defaultProvider: string;
  toolsFor(provider: InstanceProvider): ProviderTools;
  readonly directory: Pick<Directory, "apply">;
  readonly stores: Stores;
  readonly audit: Pick<Audit, "record">;
  readonly runtime: Pick<Runtime, "nowMs" | "log" | "telemetry">;
}): Mirror {
  const { stores, directory, audit, runtime } = deps;

  function walkerOf(instance: string): Walker {
    const provider = deps.providers.find((one) => one.instance === instance);
    if (provider === undefined) {
      throw new TypeError(`directory: no provider instance "${instance}" is configured.`);
    }
    if (provider.directory === undefined) {
      throw new TypeError(`directory: provider "${instance}" has no lists (directoryList: "no").`);
    }
    const source = { instance, issuer: provider.issuer ?? "" };
    return {
      source,
      vendor: provider.directory,
      tools: deps.toolsFor(provider),
      stores,
      directory,
      sightings: createSightings(stores.revocations, source),
      audit,
      runtime,
    };
  }

  function observed<T extends Reconciliation | CaughtUp>(
    operation: Operation,
    instance: string,
    work: () => Promise<T>,
  ): Promise<T> {
    const { vendor = "" } = deps.providers.find((one) => one.instance === instance) ?? {};
    return observe(runtime.telemetry, operation, {
      work,
      facts: ({ kind, drift }) => ({
        outcome: kind,
        provider: { vendor, instance },
        changes: changesIn(drift),
      }),
    });
  }

  return {
    async reconcile({ instance = deps.defaultProvider, ...request } = {}) {
      const walker = walkerOf(instance);
      return observed("reconcile", instance, () => reconcile(walker, request));
    },
    async catchUp({ instance = deps.defaultProvider, ...request } = {}) {
      const walker = walkerOf(instance);
      const events = walker.vendor.events?.bind(walker.vendor);
      if (events === undefined) {
        throw new TypeError(
          `directory: provider "${instance}" has no events (directoryEvents: "no").`,
        );
      }
      return observed("catch_up", instance, () => catchUp(walker, { ...request, events }));
    },
  };
}

function changesIn(drift: Drift): Readonly<Record<string, number>> {
  return {
    created: sum(drift, "created"),
    updated: sum(drift, "updated"),
    removed: sum(drift, "removed"),
  };
}
