/** `pnpm client`: the official SDK client against a running server. */
import { parseArgs } from "node:util";
import { pressButtons, useBrowser } from "./sign-in.ts";
import { tellStory } from "./story.ts";

const { values } = parseArgs({
  options: {
    url: { type: "string", default: `http://localhost:${process.env["PORT"] || 3003}/mcp` },
    person: { type: "string", default: "cleo@acme.example" },
    browser: { type: "boolean", default: false },
  },
});

tellStory({
  url: values.url,
  signInTo: (organization) => {
    if (!values.browser) return pressButtons({ person: values.person, organization });
    return (authorizationUrl) => {
      console.log(
        `  Choose somebody of Acme and Birch, such as Cleo, and the organization ${organization}.`,
      );
      return useBrowser(authorizationUrl);
    };
  },
  say: (line) => console.log(line),
}).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
