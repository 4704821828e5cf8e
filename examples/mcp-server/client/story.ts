import { z } from "zod";
import { connect, type Connection } from "./connect.ts";
import type { SignIn } from "./oauth.ts";

/** How somebody signs in, by the organization they are to choose. */
export type SignInTo = (organization: string) => SignIn;

/** What the client shows: everything from nothing to a tool's result, and what comes after. */
export async function tellStory(options: {
  readonly url: string;
  readonly signInTo: SignInTo;
  readonly say: (line: string) => void;
}): Promise<void> {
  const { url, signInTo, say } = options;

  const acme = await connect(url, signInTo("acme"));
  const { memory } = acme;
  say(`1. Known by ${memory.registration()}, signed in, connected.`);
  say(`2. Tools: ${(await acme.tools()).join(", ")}`);
  say(`3. Notes of Acme: ${await textsOf(acme)}`);

  const before = memory.signIns();
  await acme.call("add_note", { text: "Order more coffee." });
  const asked = memory.signIns() > before ? "after asking for more" : "without asking again";
  say(`4. Added a note ${asked}: ${await textsOf(acme)}`);

  const beforeRefresh = memory.signIns();
  memory.spoilAccessToken();
  await acme.call("list_notes");
  const again = memory.signIns() - beforeRefresh;
  say(`5. A new token ${again === 0 ? "without signing in" : "by signing in"}.`);

  const birch = await connect(url, signInTo("birch"));
  say(`6. A second connection, in Birch: ${await textsOf(birch)}`);
  say(`   Tools there: ${(await birch.tools()).join(", ")}`);

  const tenantUrl = new URL("/t/birch/mcp", url).href;
  const address = await connect(tenantUrl, signInTo("birch"));
  say(`7. ${new URL(tenantUrl).pathname} is Birch only: ${await textsOf(address)}`);
  const wrong = await connect(tenantUrl, signInTo("acme")).catch(() => null);
  say(`   With Acme chosen it ${wrong === null ? "stays closed" : "OPENS"}.`);
  await Promise.all([acme, birch, address].map((one) => one.close()));
}

const notesSchema = z.array(z.object({ text: z.string() }));

async function textsOf(connection: Connection): Promise<string> {
  const answer = await connection.call("list_notes");
  return notesSchema
    .parse(JSON.parse(answer))
    .map(({ text }) => text)
    .join(" / ");
}
