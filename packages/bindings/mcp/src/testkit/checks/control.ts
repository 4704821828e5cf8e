import { leaks, succeeded } from "../judge.ts";
import { argumentsOf, type Sampled, type Stage } from "../stage.ts";
import type { Sample } from "../target.ts";
import type { Answer, Call, Era } from "../wire.ts";

const ONLY_READS = { writes: false, tenantless: false } as const;

/**
 * Makes A's own calls, which the other checks repeat as others. Without it nothing would be proved: a
 * server that refuses everybody leaks nothing.
 */
export async function control(stage: Stage, era: Era): Promise<void> {
  await sampleTools(stage, era);
  await samplePrompts(stage, era);
  await sampleResources(stage, era);
  for (const { ref, argument } of stage.target.completions ?? []) {
    const call = { method: "completion/complete", params: { ref, argument } };
    const subject = `completion ${JSON.stringify(ref)}`;
    const name = String(ref["name"] ?? ref["uri"]);
    await sample(stage, era, { subject, kind: "completion", name, call, ...ONLY_READS });
  }
  for (const canary of stage.target.canaries.a) {
    const isSeen = stage.sampled[era].some(
      ({ answer }) =>
        leaks(answer, { ...stage.target, canaries: { a: [canary], b: [] } }, "a") !== null,
    );
    stage.record(
      { check: "control.canaries", subject: canary, credential: "a", era },
      isSeen ? null : "A's own calls never show it: a leak of it would not be noticed",
    );
  }
}

async function sampleTools(stage: Stage, era: Era): Promise<void> {
  const { tools } = stage.target;
  const listed = await list(stage, era, { method: "tools/list", member: "tools", key: "name" });
  compareNames(stage, era, { kind: "tool", listed, samples: Object.keys(tools) });
  for (const [name, tool] of Object.entries(tools)) {
    const interactive = tool.inputResponses !== undefined;
    if (interactive && era === "2025-11-25") continue; // there, the server asks over a stream
    const call = (sampled: Sample, more = {}): Call => ({
      method: "tools/call",
      params: { name, arguments: argumentsOf(sampled, stage.seen(era)), ...more },
    });
    const subject = `tool ${name}`;
    if (tool.arguments !== undefined && tool.absent === undefined) {
      stage.record(
        { check: "control.samples", subject, era },
        'it has arguments and no `absent`: give the same call for a thing that exists nowhere, or "names nothing"',
      );
    }
    const { absent } = tool;
    const found = await sample(stage, era, {
      subject,
      kind: "tool",
      name,
      call: call(tool.arguments ?? {}),
      ...(absent === undefined || absent === "names nothing" ? {} : { absent: call(absent) }),
      writes: tool.writes === true,
      tenantless: tool.tenantless === true,
      interactive,
    });
    stage.seen(era).add(name, found.message?.result);
  }
}

async function samplePrompts(stage: Stage, era: Era): Promise<void> {
  const { prompts = {} } = stage.target;
  const listed = await list(stage, era, { method: "prompts/list", member: "prompts", key: "name" });
  compareNames(stage, era, { kind: "prompt", listed, samples: Object.keys(prompts) });
  for (const [name, prompt] of Object.entries(prompts)) {
    const call = (sampled: Sample): Call => ({
      method: "prompts/get",
      params: { name, arguments: argumentsOf(sampled, stage.seen(era)) },
    });
    const { absent } = prompt;
    await sample(stage, era, {
      subject: `prompt ${name}`,
      kind: "prompt",
      name,
      call: call(prompt.arguments ?? {}),
      ...(absent === undefined || absent === "names nothing" ? {} : { absent: call(absent) }),
      ...ONLY_READS,
    });
  }
}

async function sampleResources(stage: Stage, era: Era): Promise<void> {
  const { resources = [] } = stage.target;
  const uris = resources.map(({ uri }) => (typeof uri === "string" ? uri : uri(stage.seen(era))));
  const fixed = { method: "resources/list", member: "resources", key: "uri" };
  for (const uri of await list(stage, era, fixed)) {
    stage.record(
      { check: "control.samples", subject: `resource ${uri}`, era },
      uris.includes(uri) ? null : "listed, but the target has no sample of it",
    );
  }
  const templated = {
    method: "resources/templates/list",
    member: "resourceTemplates",
    key: "uriTemplate",
  };
  for (const template of await list(stage, era, templated)) {
    stage.record(
      { check: "control.samples", subject: `resource template ${template}`, era },
      uris.some((uri) => fits(template, uri)) ? null : "the target has no sample that fits it",
    );
  }
  for (const [index, uri] of uris.entries()) {
    const absent = resources[index]?.absent;
    const read = (one: string): Call => ({ method: "resources/read", params: { uri: one } });
    await sample(stage, era, {
      subject: `resource ${uri}`,
      kind: "resource",
      name: uri,
      call: read(uri),
      ...(absent === undefined ? {} : { absent: read(absent) }),
      ...ONLY_READS,
    });
  }
}

async function sample(
  stage: Stage,
  era: Era,
  { interactive = false, ...sampled }: Omit<Sampled, "answer"> & { readonly interactive?: boolean },
): Promise<Answer> {
  const answer = await stage.ask("a", era, sampled.call);
  const asks = interactive && answer.status === 200 && answer.message?.result !== undefined;
  stage.record(
    { check: "control.calls", subject: sampled.subject, credential: "a", era },
    asks || succeeded(answer) ? null : `A's own call does not succeed (status ${answer.status})`,
  );
  stage.sampled[era].push({ ...sampled, answer });
  return answer;
}

/** The names in one of A's lists, over all pages. None if the server has no such list. */
export async function list(
  stage: Stage,
  era: Era,
  what: { readonly method: string; readonly member: string; readonly key: string },
  knocker: Parameters<Stage["ask"]>[0] = "a",
): Promise<string[]> {
  const names: string[] = [];
  let cursor: unknown;
  do {
    const params = cursor === undefined ? {} : { cursor };
    const { message } = await stage.ask(knocker, era, { method: what.method, params });
    const result = asRecord(message?.result);
    const items = result[what.member];
    for (const item of Array.isArray(items) ? items : [])
      names.push(String(asRecord(item)[what.key]));
    cursor = result["nextCursor"];
  } while (typeof cursor === "string" && names.length < 10_000);
  return names;
}

function compareNames(
  stage: Stage,
  era: Era,
  names: { readonly kind: string; readonly listed: string[]; readonly samples: string[] },
): void {
  for (const name of new Set([...names.listed, ...names.samples])) {
    const reason = !names.samples.includes(name)
      ? "listed, but the target has no sample of it"
      : names.listed.includes(name)
        ? null
        : "the target has a sample of it, but A's list has not";
    stage.record({ check: "control.samples", subject: `${names.kind} ${name}`, era }, reason);
  }
}

function fits(template: string, uri: string): boolean {
  const [start = ""] = template.split("{");
  return uri.startsWith(start);
}

/** Anything as an object to look into. */
export function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null
    ? Object.fromEntries(Object.entries(value))
    : {};
}
