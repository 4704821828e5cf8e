import type { Recorder } from "./report.ts";
import type { AuditTarget, Sample, Seen } from "./target.ts";
import { initialize, send, type Answer, type Call, type Era, type Sender } from "./wire.ts";

/** Names of who may knock: the credentials of the target, and two that anybody can have. */
export type Knocker =
  | "a"
  | "b"
  | "noTenant"
  | "removedMember"
  | "lowRole"
  | "wrongAudience"
  | "apiKeyA"
  | "apiKeyB"
  | "nobody"
  | "garbage";

/** One call of tenant A that others will repeat. */
export interface Sampled {
  /** `tool notes_read`, `resource notes://1`: for people. */
  readonly subject: string;
  readonly kind: "tool" | "prompt" | "resource" | "completion";
  /** The name that a role's list of permitted things has. */
  readonly name: string;
  readonly call: Call;
  /** The same for a thing that exists nowhere; missing for calls that name nothing. */
  readonly absent?: Call;
  readonly writes: boolean;
  /** Open to people without a tenant. */
  readonly tenantless: boolean;
  /** A's answer. */
  readonly answer: Answer;
}

/** What the checks share. */
export interface Stage extends Recorder {
  readonly target: AuditTarget;
  /** Credentials that are there. */
  readonly knockers: readonly Knocker[];
  sender(knocker: Knocker, era: Era): Sender;
  /** One request, within a session of its own where the server keeps sessions. */
  ask(knocker: Knocker, era: Era, call: Call): Promise<Answer>;
  /** A's calls in this era, filled by the control. */
  readonly sampled: Record<Era, Sampled[]>;
  seen(era: Era): Seen & { add(tool: string, result: unknown): void };
}

/** Opens a stage over a running server. */
export function createStage(target: AuditTarget, recorder: Recorder): Stage {
  const { credentials } = target;
  const tokens = new Map<Knocker, string | null>([
    ["a", credentials.a],
    ["b", credentials.b],
    ["nobody", null],
    ["garbage", "not-a-token"],
  ]);
  for (const name of [
    "noTenant",
    "removedMember",
    "wrongAudience",
    "apiKeyA",
    "apiKeyB",
  ] as const) {
    const token = credentials[name];
    if (token !== undefined) tokens.set(name, token);
  }
  if (credentials.lowRole !== undefined) tokens.set("lowRole", credentials.lowRole.token);

  function sender(knocker: Knocker, era: Era): Sender {
    const fetch = target.fetch ?? globalThis.fetch;
    return { url: target.url, fetch, token: tokens.get(knocker) ?? null, era };
  }

  const sessions = new Map<string, Promise<string | null>>();
  const results = new Map<string, unknown>();
  return {
    ...recorder,
    target,
    knockers: [...tokens.keys()],
    sender,
    sampled: { "2026-07-28": [], "2025-11-25": [] },
    async ask(knocker, era, call) {
      const from = sender(knocker, era);
      if (era === "2026-07-28") return send(from, call);
      const opened = sessions.get(knocker) ?? initialize(from).then(sessionOf);
      sessions.set(knocker, opened);
      const session = await opened;
      const headers = {
        ...(session === null ? {} : { "mcp-session-id": session }),
        ...call.headers,
      };
      return send(from, { ...call, headers });
    },
    seen: (era) => ({
      add: (tool, result) => void results.set(`${era} ${tool}`, result),
      result(tool) {
        if (!results.has(`${era} ${tool}`)) {
          throw new Error(`A has not called "${tool}" yet: list its sample first`);
        }
        return results.get(`${era} ${tool}`);
      },
    }),
  };
}

/** The session that a server opened; null for one that keeps none. */
export function sessionOf({ headers }: Answer): string | null {
  return headers.get("mcp-session-id");
}

/** A sample's arguments, made now. */
export function argumentsOf(sample: Sample, seen: Seen): Record<string, unknown> {
  return { ...(typeof sample === "function" ? sample(seen) : sample) };
}
