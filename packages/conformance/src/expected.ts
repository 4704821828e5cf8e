import type { Capabilities, Support } from "@tenantry/core/provider";

/** One line of a capability file: what the adapter must declare, and where that is written. */
export interface ExpectedCapability {
  readonly support: Support;
  /** A public page that says so; for `no`, why the adapter or the vendor does not have it. */
  readonly source: string;
}

/**
 * What an adapter is expected to declare, written down once and kept in its tests, so that no
 * capability is dropped to make a requirement pass.
 */
export type ExpectedCapabilities = Readonly<Record<keyof Capabilities, ExpectedCapability>>;

/** Requirements that are known to fail, by id, each with the reason. One that passes fails the run. */
export type KnownFailures = Readonly<Record<string, string>>;
