import { ok, type McpFacts } from "@tenantry/core/provider";

/** Where the test agent wants its answer. */
const AGENT_CALLBACK = "https://agent.example.test/callback";

/** An authorization server whose page of consent is the app's. It asks for whatever the query names. */
export const agents: McpFacts = {
  authorizationServers: ["https://idp.example.test"],
  resourceBinding: true,
  clientIdMetadataDocuments: true,
  dynamicClientRegistration: true,
  tenantScopes: [],
  permissionScopes: true,
  consent: {
    async start({ query }) {
      return ok({
        kind: "grant",
        client: { clientId: "agent", name: "Test agent", redirectUri: AGENT_CALLBACK },
        scopes: query.getAll("scope"),
      });
    },
    async decide({ granted }) {
      return ok({ location: `${AGENT_CALLBACK}?granted=${granted}` });
    },
  },
};
