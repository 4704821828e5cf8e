import type { ChildProcess } from "node:child_process";
import type { World } from "../world/world.ts";
import { demoWorld } from "../world/demo-world.ts";

/** What an app tells the demo about itself. */
export interface DemoRequest {
  /** Its public address, without a slash at the end. */
  readonly appUrl: string;
  /** The audience of its API's tokens, for vendors that bind tokens to one. Default: `<appUrl>/api`. */
  readonly apiAudience?: string;
  /** Where the emulator listens. Default: any free port. */
  readonly port?: number;
  /** Its MCP server, if it has one. */
  readonly mcp?: DemoMcp;
}

/** What the demo must know about an app's MCP server. */
export interface DemoMcp {
  /** Its addresses; `{tenant}` stands for each tenant of the demo world. */
  readonly resources: readonly string[];
  /** Metadata of MCP clients whose ids are addresses that nobody serves: `{"https://…": {…}}`. */
  readonly clientDocuments?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Whether people are asked on the app's own page, where the vendor has that. Default: on the emulator's. */
  readonly hostPage?: boolean;
}

/** The addresses of an MCP server one by one, for vendors that want to know each. */
export function resourcesOf(mcp: DemoMcp | undefined): readonly string[] {
  const slugs = demoWorld()
    .tenants.list()
    .map(({ slug }) => slug);
  return (mcp?.resources ?? []).flatMap((pattern) =>
    pattern.includes("{tenant}")
      ? slugs.map((slug) => pattern.replace("{tenant}", slug))
      : [pattern],
  );
}

/** What an app finds in its environment, and what people are told. */
export interface DemoFacts {
  /** What the app would find in its environment if this were a provider of its own, `AUTH_PROVIDER` too. */
  readonly env: Readonly<Record<string, string>>;
  /** Where the emulator is, for people to look at. */
  readonly address: string;
  /** What the vendor's ids are linked under: `org_acme`, `org_birch` and `org_lighthouse` are the tenants. */
  readonly links: { readonly instance: string; readonly issuer: string };
  /** A shell command that prints a token response for a machine of Acme, as JSON. Missing where there is none. */
  readonly tokenCommand?: string;
}

/** An identity provider on this machine with the people of the demo world, for who has none at hand. */
export interface DemoProvider extends DemoFacts {
  readonly pid: number;
  readonly process: ChildProcess;
  /** Ends the emulator and waits until it is gone. */
  close(): Promise<void>;
}

/** Whose agent gets a token, and for how long. */
export interface DemoAgent {
  /** E-mail or id. */
  readonly person: string;
  /** Slug or id. */
  readonly organization: string;
  /** The address of the MCP server, for vendors whose tokens name it. */
  readonly resource: string;
  /** Scopes of the app's own, for vendors that have such. */
  readonly scopes: readonly string[];
  readonly expiresInSeconds: number;
}

/** The same in this very process, over a world that tests can change. */
export interface DemoProviderInProcess extends DemoFacts {
  readonly world: World;
  /** An agent's token as its sign-in would bring it, with a life of one's choice. */
  agentToken(wish: DemoAgent): Promise<string>;
  close(): Promise<void>;
}

/** One vendor's demo: how its emulator starts, and what it comes to once its addresses are known. */
export interface DemoParts<Settings> {
  readonly settings: Settings;
  readonly describe: (addresses: Readonly<Record<string, string>>) => DemoFacts;
}
