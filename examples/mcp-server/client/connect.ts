import {
  Client,
  StreamableHTTPClientTransport,
  UnauthorizedError,
} from "@modelcontextprotocol/client";
import { createMemory, type ConnectionMemory, type SignIn } from "./oauth.ts";

/** A connection to the notes server, in whatever organization the person chose. */
export interface Connection {
  readonly memory: ConnectionMemory;
  /** Names of the tools that this person may use here. */
  tools(): Promise<readonly string[]>;
  /** Calls a tool and returns its text. Asks the person for more when the server does. */
  call(name: string, args?: Readonly<Record<string, unknown>>): Promise<string>;
  close(): Promise<void>;
}

/**
 * From an address and nothing else to a connection: the official SDK finds the authorization server,
 * becomes known there, sends somebody to sign in, and gets a token for this server.
 */
export async function connect(url: string, signIn: SignIn): Promise<Connection> {
  const memory = createMemory(signIn);
  const options = { authProvider: memory };
  const open = async () => {
    const transport = new StreamableHTTPClientTransport(new URL(url), options);
    const client = new Client(
      { name: "notes-agent", version: "1.0.0" },
      { versionNegotiation: { mode: "auto" } },
    );
    await orSignIn(transport, () => client.connect(transport));
    return { client, transport };
  };

  /** Somebody has signed in when the SDK throws this; it is told what the browser came back with. */
  async function orSignIn<T>(transport: StreamableHTTPClientTransport, work: () => Promise<T>) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof UnauthorizedError)) throw error;
      await transport.finishAuth(memory.answer());
      return null;
    }
  }

  let current = await open();
  // After the first sign-in the SDK wants a fresh start, with the token it has now.
  if (memory.signIns() > 0) current = await open();

  const run = async <T>(work: (client: Client) => Promise<T>): Promise<T> =>
    (await orSignIn(current.transport, () => work(current.client))) ?? work(current.client);

  return {
    memory,
    tools: async () => (await run((client) => client.listTools())).tools.map(({ name }) => name),
    async call(name, args = {}) {
      const { content } = await run((client) => client.callTool({ name, arguments: args }));
      const texts = content.map((part) => (part.type === "text" ? part.text : ""));
      return texts.join("\n");
    },
    close: () => current.client.close(),
  };
}
