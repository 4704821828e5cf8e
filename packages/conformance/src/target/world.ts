/** A tenant as the vendor has it. */
export interface WorldTenant {
  /** The vendor's id, as its tokens and lists name it. */
  readonly external: string;
  readonly slug: string;
  readonly name: string;
}

/** A machine client as the vendor has it. */
export interface WorldMachine {
  /** The vendor's id, as its tokens name it. */
  readonly external: string;
}

/**
 * Changes the vendor's truth, as an administrator in its dashboard would. Every change is in force
 * when the promise resolves. The suite makes all it needs; what else exists does not matter.
 */
export interface WorldControls {
  createTenant(tenant: {
    readonly slug: string;
    readonly name: string;
    /** Proven at the vendor. */
    readonly domain?: string;
  }): Promise<WorldTenant>;
  /** A person who can sign in. E-mail addresses are the suite's names for people. */
  createPerson(person: {
    readonly email: string;
    readonly name: string;
    /** Default: true. Throw `NotPossible` if the vendor has no such people. */
    readonly emailVerified?: boolean;
  }): Promise<void>;
  removePerson(email: string): Promise<void>;
  /** Adds the membership, or changes it. `status` default: `active`. */
  setMember(membership: {
    readonly email: string;
    readonly tenant: string;
    /** One of {@link AppFacts.roles}. */
    readonly role: string;
    readonly status?: "active" | "pending" | "inactive";
  }): Promise<void>;
  removeMember(membership: { readonly email: string; readonly tenant: string }): Promise<void>;
  /**
   * A machine client. Left out if neither `machineTokens` nor `opaqueTokens` is there. `tenant`
   * null: one that belongs to nobody; throw `NotPossible` if the vendor has no such machines.
   */
  createMachine?(machine: {
    readonly name: string;
    readonly tenant: string | null;
    readonly role: string;
  }): Promise<WorldMachine>;
  /** Ends all of a person's sessions and grants at the vendor. */
  endSessions(email: string): Promise<void>;
}

const MARK = Symbol.for("@tenantry/conformance/NotPossible");

/** Thrown by a control for something that cannot exist at this vendor. The reason goes into the report. */
export class NotPossible extends Error {
  /** A sentence with a public source: why this cannot exist. */
  readonly reason: string;

  constructor(reason: string) {
    super(reason);
    this.name = "NotPossible";
    this.reason = reason;
    Object.defineProperty(this, MARK, { value: true });
  }

  /** True for one of any copy of this package: a target and a command line may each bring their own. */
  static is(value: unknown): value is NotPossible {
    return typeof value === "object" && value !== null && MARK in value;
  }
}
