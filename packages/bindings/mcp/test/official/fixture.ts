import { setTimeout as pause } from "node:timers/promises";
import type { InputRequiredResult } from "@modelcontextprotocol/server";
import type { Mcp } from "@tenantry/mcp";
import { z } from "zod";
import type { P } from "../support/world.ts";

/** One pixel, and no sound. */
const PNG =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const WAV = "UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQAAAAA=";

const said = (text: string) => ({ content: [{ type: "text" as const, text }] });

const embedded = (uri: string, text: string, mimeType = "text/plain") => ({
  type: "resource" as const,
  resource: { uri, mimeType, text },
});

const PROPERTY = { string: { type: "string" }, boolean: { type: "boolean" } } as const;

/** A question to the person: one property, required. */
const ask = (message: string, name: string, type: keyof typeof PROPERTY = "string") => ({
  method: "elicitation/create" as const,
  params: {
    mode: "form" as const,
    message,
    requestedSchema: {
      type: "object" as const,
      properties: { [name]: PROPERTY[type] },
      required: [name],
    },
  },
});

const complete = (text: string, maxTokens: number) => ({
  method: "sampling/createMessage" as const,
  params: {
    messages: [{ role: "user" as const, content: { type: "text" as const, text } }],
    maxTokens,
  },
});

const ROOTS = { method: "roots/list" as const, params: {} };

const required = (
  inputRequests: InputRequiredResult["inputRequests"],
  requestState?: string,
): InputRequiredResult => ({
  resultType: "input_required",
  ...(inputRequests === undefined ? {} : { inputRequests }),
  ...(requestState === undefined ? {} : { requestState }),
});

/** The tools, resources and prompts that the scenarios of the official suite name. */
export function registerFixture(mcp: Mcp<P>): void {
  registerPlainTools(mcp);
  registerAskingTools(mcp);
  registerResources(mcp);
  registerPrompts(mcp);
}

/** The suite wants a description of everything. */
const READ = { permission: "notes:read", description: "For the conformance suite." } as const;

function registerPlainTools(mcp: Mcp<P>): void {
  mcp.tool("test_simple_text", READ, () => said("This is a simple text response for testing."));
  mcp.tool("test_logging_tool", READ, () => said("It logs to the operator, not to the client."));
  mcp.tool("test_image_content", READ, () => ({
    content: [{ type: "image", data: PNG, mimeType: "image/png" }],
  }));
  mcp.tool("test_audio_content", READ, () => ({
    content: [{ type: "audio", data: WAV, mimeType: "audio/wav" }],
  }));
  mcp.tool("test_embedded_resource", READ, () => ({
    content: [embedded("test://embedded-resource", "This is an embedded resource content.")],
  }));
  mcp.tool("test_multiple_content_types", READ, () => ({
    content: [
      { type: "text", text: "Multiple content types test:" },
      { type: "image", data: PNG, mimeType: "image/png" },
      embedded("test://mixed-content-resource", '{"test":"data","value":123}', "application/json"),
    ],
  }));
  mcp.tool("test_error_handling", READ, () => {
    throw new Error("This tool intentionally returns an error for testing");
  });
  mcp.tool("test_tool_with_progress", READ, async (_args, { mcp: protocol }) => {
    for (const done of [0, 50, 100]) {
      await protocol.progress(done, 100);
      await pause(50);
    }
    return said("done");
  });
}

function registerAskingTools(mcp: Mcp<P>): void {
  mcp.tool("test_streaming_elicitation", READ, () =>
    required({ user_name: ask("What is your name?", "name") }),
  );
  mcp.tool("test_input_required_result_elicitation", READ, (_args, { mcp: { inputResponses } }) => {
    const answer = z
      .object({ action: z.literal("accept"), content: z.object({ name: z.string() }) })
      .safeParse(inputResponses["user_name"]);
    return answer.success
      ? said(`Hello, ${answer.data.content.name}!`)
      : required({ user_name: ask("What is your name?", "name") });
  });
  mcp.tool("test_input_required_result_sampling", READ, (_args, { mcp: { inputResponses } }) => {
    const answer = inputResponses["capital_question"];
    return answer === undefined
      ? required({ capital_question: complete("What is the capital of France?", 100) })
      : said(JSON.stringify(answer));
  });
  mcp.tool("test_input_required_result_list_roots", READ, (_args, { mcp: { inputResponses } }) => {
    const answer = inputResponses["client_roots"];
    return answer === undefined ? required({ client_roots: ROOTS }) : said(JSON.stringify(answer));
  });
  mcp.tool("test_input_required_result_request_state", READ, (_args, { mcp: { state } }) =>
    state === "asked"
      ? said("state-ok")
      : required({ confirm: ask("Please confirm", "ok", "boolean") }, "asked"),
  );
  mcp.tool("test_input_required_result_tampered_state", READ, (_args, { mcp: { state } }) =>
    state === "asked"
      ? said("resumed")
      : required({ confirm: ask("Please confirm", "ok", "boolean") }, "asked"),
  );
  mcp.tool(
    "test_input_required_result_multiple_inputs",
    READ,
    (_args, { mcp: { inputResponses } }) =>
      ["user_name", "greeting", "client_roots"].every((name) => name in inputResponses)
        ? said("all there")
        : required(
            {
              user_name: ask("What is your name?", "name"),
              greeting: complete("Generate a greeting", 50),
              client_roots: ROOTS,
            },
            "asked",
          ),
  );
  mcp.tool("test_input_required_result_multi_round", READ, (_args, { mcp: { state } }) => {
    if (state === "second") return said("done");
    return state === "first"
      ? required({ step2: ask("Step 2: What is your favorite color?", "color") }, "second")
      : required({ step1: ask("Step 1: What is your name?", "name") }, "first");
  });
  // Asks only for what the client has said it can do.
  mcp.tool("test_input_required_result_capabilities", READ, () =>
    required({ greeting: complete("Generate a greeting", 50) }),
  );
  mcp.tool("test_missing_capability", READ, () =>
    required({ greeting: complete("Generate a greeting", 50) }),
  );
}

function registerResources(mcp: Mcp<P>): void {
  const fixed = (name: string, uri: string, contents: object, mimeType: string) =>
    mcp.resource(name, { ...READ, uri, mimeType }, () => ({
      contents: [{ uri, mimeType, text: "", ...contents }],
    }));
  const text = "This is the content of the static text resource.";
  fixed("static-text", "test://static-text", { text }, "text/plain");
  fixed("watched", "test://watched-resource", { text: "watched" }, "text/plain");
  mcp.resource(
    "static-binary",
    { ...READ, uri: "test://static-binary", mimeType: "image/png" },
    () => ({
      contents: [{ uri: "test://static-binary", mimeType: "image/png", blob: PNG }],
    }),
  );
  mcp.resourceTemplate(
    "template",
    {
      ...READ,
      uriTemplate: "test://template/{id}/data",
      tenantInUri: false,
      mimeType: "application/json",
    },
    (uri, { variables: { id } }) => ({
      contents: [
        {
          uri: uri.href,
          mimeType: "application/json",
          text: JSON.stringify({ id, templateTest: true, data: `Data for ID: ${String(id)}` }),
        },
      ],
    }),
  );
}

function registerPrompts(mcp: Mcp<P>): void {
  mcp.prompt("test_simple_prompt", READ, () => ({
    messages: [{ role: "user", content: { type: "text", text: "This is a simple prompt." } }],
  }));
  mcp.prompt(
    "test_prompt_with_arguments",
    {
      ...READ,
      args: z.object({ arg1: z.string(), arg2: z.string() }),
      complete: { arg1: (value) => ["paris", "park"].filter((one) => one.startsWith(value)) },
    },
    ({ arg1, arg2 }) => ({
      messages: [
        {
          role: "user",
          content: { type: "text", text: `Prompt with arguments: arg1='${arg1}', arg2='${arg2}'` },
        },
      ],
    }),
  );
  mcp.prompt(
    "test_prompt_with_embedded_resource",
    { ...READ, args: z.object({ resourceUri: z.string() }) },
    ({ resourceUri }) => ({
      messages: [
        {
          role: "user",
          content: embedded(resourceUri, "Embedded resource content for testing."),
        },
        {
          role: "user",
          content: { type: "text", text: "Please process the embedded resource above." },
        },
      ],
    }),
  );
  mcp.prompt("test_prompt_with_image", READ, () => ({
    messages: [
      { role: "user", content: { type: "image", data: PNG, mimeType: "image/png" } },
      { role: "user", content: { type: "text", text: "Please analyze the image above." } },
    ],
  }));
  mcp.prompt("test_input_required_result_prompt", READ, (_args, { mcp: { inputResponses } }) =>
    "user_context" in inputResponses
      ? { messages: [{ role: "user", content: { type: "text", text: "With context." } }] }
      : required({ user_context: ask("What context should the prompt use?", "context") }),
  );
}
