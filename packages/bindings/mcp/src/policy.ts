import type { Auth } from "@tenantry/core/http";
import { isRecord, type Message } from "./body.ts";
import type { Caller } from "./call.ts";
import { decide, isListed } from "./decide.ts";
import type { Registered } from "./registered.ts";
import type { Registry } from "./registry.ts";
import { namesOnly } from "./tenant-arguments.ts";
import { matchTemplate } from "./uri-template.ts";

/** What the policy makes of one message. */
export interface Ruling {
  readonly message: Message;
  /** What it names, if that is registered. */
  readonly entry: Registered | undefined;
  /** What the server of this request may know of because of it. */
  readonly exposed: readonly Registered[];
  /** Permissions that only the token's scopes withhold. */
  readonly missing: readonly string[];
  readonly needsTenant: boolean;
  /** It names something that does not exist for this caller. */
  readonly isHidden: boolean;
  /** An argument named like a tenant names another one. */
  readonly isForeign: boolean;
  /** It is about one thing: a call that goes on record. */
  readonly isCall: boolean;
}

/** What a method asks for. */
type Rule = "call" | "list" | "subscribe";

const RULES: Readonly<Record<string, Rule>> = {
  "tools/call": "call",
  "prompts/get": "call",
  "resources/read": "call",
  "completion/complete": "call",
  "tools/list": "list",
  "prompts/list": "list",
  "resources/list": "list",
  "resources/templates/list": "list",
  "server/discover": "list",
  initialize: "list",
  "resources/subscribe": "subscribe",
  "resources/unsubscribe": "subscribe",
};

/** Rules on messages. SECURITY: the body alone decides; headers that repeat it are the SDK's to compare. */
export function createPolicy(auth: Pick<Auth, "http">, registry: Registry) {
  /** What a list may show to this caller. */
  function listed(caller: Caller): readonly Registered[] {
    return registry.all().filter((entry) => isListed(decide(auth, caller, entry)));
  }

  function rule(caller: Caller, message: Message): Ruling {
    const { method } = message;
    const kind = method !== null && Object.hasOwn(RULES, method) ? RULES[method] : undefined;
    if (kind === "call") return ruleCall(caller, message, namedBy(message));
    if (kind === "list") return { ...NOTHING, message, exposed: listed(caller) };
    if (kind === "subscribe") {
      return { ...NOTHING, message, isHidden: !canRead(caller, message.params["uri"]) };
    }
    // A response or a notification asks for nothing, the addresses of a subscription are filtered
    // before the SDK sees them, and a method that nobody here knows finds nothing.
    return { ...NOTHING, message };
  }

  function ruleCall(caller: Caller, message: Message, entry: Registered | undefined): Ruling {
    const ruling = { ...NOTHING, message, entry, isCall: true };
    if (entry === undefined) return { ...ruling, isHidden: true };
    const decision = decide(auth, caller, entry);
    if (decision.kind === "hidden") return { ...ruling, isHidden: true };
    if (decision.kind === "tenant_required") return { ...ruling, needsTenant: true };
    if (decision.kind === "scope_missing") return { ...ruling, missing: decision.permissions };
    return isForeign(caller, message, entry)
      ? { ...ruling, isForeign: true }
      : { ...ruling, exposed: [entry] };
  }

  function namedBy({ method, params }: Message): Registered | undefined {
    if (method === "tools/call") return registry.tool(params["name"]);
    if (method === "prompts/get") return registry.prompt(params["name"]);
    if (method === "resources/read") return registry.resource(params["uri"]);
    return completed(params["ref"]);
  }

  function completed(ref: unknown): Registered | undefined {
    if (!isRecord(ref)) return undefined;
    if (ref["type"] === "ref/prompt") return registry.prompt(ref["name"]);
    if (ref["type"] === "ref/resource") {
      return registry.template(ref["uri"]) ?? registry.resource(ref["uri"]);
    }
    return undefined;
  }

  /** Whether a caller may hear of an address: its permission now, and the tenant that it names. */
  function canRead(caller: Caller, uri: unknown): boolean {
    const entry = registry.resource(uri);
    if (entry === undefined || decide(auth, caller, entry).kind !== "allowed") return false;
    return entry.kind === "resource" || !entry.tenantInUri || namesTenantOf(caller, entry, uri);
  }

  return { rule, listed, canRead };
}

/** What {@link createPolicy} makes. */
export type Policy = ReturnType<typeof createPolicy>;

const NOTHING: Omit<Ruling, "message"> = {
  entry: undefined,
  exposed: [],
  missing: [],
  needsTenant: false,
  isHidden: false,
  isForeign: false,
  isCall: false,
};

function isForeign({ context }: Caller, { params }: Message, entry: Registered): boolean {
  const compares = (entry.kind === "tool" || entry.kind === "prompt") && entry.comparesTenant;
  if (!compares) return false;
  return context.tenant === null || !namesOnly(params["arguments"], context.tenant);
}

function namesTenantOf(
  { context: { tenant } }: Caller,
  entry: Extract<Registered, { readonly kind: "template" }>,
  uri: unknown,
): boolean {
  if (typeof uri !== "string" || !URL.canParse(uri) || tenant === null) return false;
  const named = matchTemplate(entry.uriTemplate)(new URL(uri).toString())?.["tenant"];
  return named === tenant.slug || named === tenant.id;
}
