import { describe, expect, test } from "vitest";
import { pressButtons } from "../client/sign-in.ts";
import { tellStory } from "../client/story.ts";
import { deploy } from "../audit/deployment.ts";

/** What differs: how a client becomes known, and whether scopes are the app's permissions. */
const PROVIDERS = [
  { provider: "oidc", known: "registration", added: "after asking for more" },
  { provider: "workos", known: "document", added: "without asking again" },
  { provider: "clerk", known: "registration", added: "after asking for more" },
  { provider: "stytch", known: "document", added: "after asking for more" },
];

describe.each(PROVIDERS)("with $provider", ({ provider, known, added }) => {
  test("the official SDK client goes from an address to notes, and never to another tenant's", async () => {
    await using deployment = await deploy(provider);
    const lines: string[] = [];
    await tellStory({
      url: deployment.url,
      signInTo: (organization) => pressButtons({ person: "cleo@acme.example", organization }),
      say: (line) => lines.push(line),
    });
    expect(lines).toEqual([
      `1. Known by ${known}, signed in, connected.`,
      "2. Tools: list_notes, read_note, add_note",
      "3. Notes of Acme: Launch is on Thursday.",
      `4. Added a note ${added}: Launch is on Thursday. / Order more coffee.`,
      "5. A new token without signing in.",
      "6. A second connection, in Birch: Acme asked for a quote: 4,200.",
      "   Tools there: list_notes, read_note",
      "7. /t/birch/mcp is Birch only: Acme asked for a quote: 4,200.",
      "   With Acme chosen it stays closed.",
    ]);
  });
});
