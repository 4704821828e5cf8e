import type { Era } from "./wire.ts";

/** Named arguments of a tool, prompt or completion. */
export type Arguments = Readonly<Record<string, unknown>>;

/** What tenant A's own calls have answered so far, for arguments that only exist at run time. */
export interface Seen {
  /** The result of A's call of this tool, as the server gave it. Throws if A has not called it yet. */
  result(tool: string): unknown;
}

/** Arguments as they stand, or made of what A's earlier calls answered: an id, a handle. */
export type Sample = Arguments | ((seen: Seen) => Arguments);

/** How tenant A uses one tool. */
export interface ToolSample {
  readonly arguments?: Sample;
  /**
   * The same call for a thing that exists nowhere, or `"names nothing"` for a tool whose arguments
   * name no stored thing. Required with `arguments`: B's call for A's thing has to be answered alike.
   */
  readonly absent?: Sample | "names nothing";
  /** It changes data. Others' attempts must then leave what A reads as it was. */
  readonly writes?: boolean;
  /** It is about no tenant's data, and people without a tenant may call it too. */
  readonly tenantless?: boolean;
  /** Answers to what the tool asks for in between (`resultType: "input_required"`). */
  readonly inputResponses?: Arguments;
}

/** How tenant A uses one prompt. */
export interface PromptSample {
  readonly arguments?: Sample;
  readonly absent?: Sample | "names nothing";
}

/** One resource of tenant A. */
export interface ResourceSample {
  readonly uri: string | ((seen: Seen) => string);
  /** A URI of the same shape that nobody has. */
  readonly absent?: string;
  /** Changes it as A, so that those who listen are told. */
  readonly touch?: () => Promise<void>;
}

/** One completion that tenant A may ask for. */
export interface CompletionSample {
  readonly ref: Readonly<Record<string, unknown>>;
  readonly argument: { readonly name: string; readonly value: string };
}

/** Bearer credentials. All but `a` and `b` can be left out with a reason in `missing`. */
export interface AuditCredentials {
  /** A member of tenant A who may use everything that is sampled. */
  readonly a: string;
  /** A member of tenant B with the same role there. */
  readonly b: string;
  /** A person without any tenant. */
  readonly noTenant?: string;
  /** Was a member of A when the token was issued, and is no longer. */
  readonly removedMember?: string;
  /** A member of A with a lesser role, and the tools, resources and prompts that this role may use. */
  readonly lowRole?: { readonly token: string; readonly may: readonly string[] };
  /** As `a`, for another resource. */
  readonly wrongAudience?: string;
  readonly apiKeyA?: string;
  readonly apiKeyB?: string;
  /** A token of A that expires soon, made when it is needed. */
  readonly expiring?: () => Promise<{ readonly token: string; readonly expiresAtMs: number }>;
  /** A member of A, and the act that removes them. */
  readonly leaving?: () => Promise<{ readonly token: string; remove(): Promise<void> }>;
}

/** The credentials that a target may leave out, with a reason. */
export type OptionalCredential = Exclude<keyof AuditCredentials, "a" | "b">;

/** A running MCP server with two tenants, as the isolation kit sees it: from outside, over HTTP. */
export interface AuditTarget {
  readonly url: string;
  readonly fetch?: typeof globalThis.fetch;
  /** The revisions that the server speaks. Default: both. */
  readonly eras?: readonly Era[];
  /** The address that `wrongAudience` is good for, where there is one to try it at. */
  readonly elsewhere?: string;
  readonly tenants: {
    readonly a: { readonly id: string; readonly slug?: string };
    readonly b: { readonly id: string; readonly slug?: string };
  };
  readonly credentials: AuditCredentials;
  /** Why a credential cannot be had. One that is neither given nor explained is a failure. */
  readonly missing?: Readonly<Partial<Record<OptionalCredential, string>>>;
  /** Texts seeded in the data of one tenant and nowhere else. A leak is one that another reads. */
  readonly canaries: { readonly a: readonly string[]; readonly b: readonly string[] };
  /** One for each tool of A's list; a tool without is a failure. Called in this order. */
  readonly tools: Readonly<Record<string, ToolSample>>;
  readonly prompts?: Readonly<Record<string, PromptSample>>;
  /** At least one for each listed resource and resource template. */
  readonly resources?: readonly ResourceSample[];
  readonly completions?: readonly CompletionSample[];
  /** Ids of tasks that A's calls have started. */
  readonly tasks?: (seen: Seen) => readonly string[];
  /** How many events the audit trail has. */
  readonly auditCount?: () => Promise<number>;
  /**
   * False if the authorization server does not bind tokens to the resource: a token for another
   * service of the same vendor opens this one, and the report says so.
   */
  readonly resourceBinding?: boolean;
  /** How long a stream may live on after its token expired or its member left. Default 10 000. */
  readonly streamEndMs?: number;
  close?(): Promise<void>;
}

/** What a target file exports as default. */
export interface AuditTargetFile {
  start(): Promise<AuditTarget>;
}

/** Types a target file: `export default defineAuditTarget({ start: async () => ({ … }) })`. */
export function defineAuditTarget(file: AuditTargetFile): AuditTargetFile {
  return file;
}
