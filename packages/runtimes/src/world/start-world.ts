import {
  demoWorld,
  startClerkEmulator,
  startOidcEmulator,
  startStytchEmulator,
  startWorkosEmulator,
} from "@tenantry/emulators";
import type { Plan } from "../smoke/plan.ts";
import { algorithmCases } from "./algorithm-cases.ts";
import { startPerson } from "./person.ts";
import { casesOf } from "./token-cases.ts";

const BASE_URL = "http://localhost:9";
const RESOURCE = "https://api.example.test";
const CLIENT = { clientId: "app", clientSecret: "app-secret" };
const WORKOS = { clientId: "client_app", apiKey: "sk_test_management_key" };
const STYTCH = {
  projectId: "project-test-runtimes",
  secret: "secret-test-runtimes",
  publicToken: "public-token-test-runtimes",
};
const PERSON = "ada@acme.example";
const TENANT = "org_acme";

/** Four vendors on this machine, and what a runtime has to know of them. */
export interface World {
  readonly plan: Plan;
  close(): Promise<void>;
}

/** Starts the emulators and mints the tokens that every runtime is shown. */
export async function startWorld(): Promise<World> {
  const oidc = await startOidcEmulator({
    world: demoWorld(),
    clients: [{ ...CLIENT, redirectUris: [`${BASE_URL}/auth/callback/oidc`] }],
    audiences: [RESOURCE],
    scopes: ["notes:read", "notes:write"],
  });
  const workos = await startWorkosEmulator({
    ...WORKOS,
    world: demoWorld(),
    redirectUris: [`${BASE_URL}/auth/callback/workos`],
    logoutUris: [`${BASE_URL}/`],
    resources: [RESOURCE],
  });
  const clerk = await startClerkEmulator({
    world: demoWorld(),
    appOrigins: [BASE_URL],
    oauthApplications: [{ ...CLIENT, redirectUris: [`${BASE_URL}/auth/callback/clerk`] }],
    scopes: ["notes:read", "notes:write"],
  });
  const stytch = await startStytchEmulator({
    ...STYTCH,
    world: demoWorld(),
    redirectUris: [`${BASE_URL}/auth/callback/stytch?state={}`],
  });
  const person = await startPerson(PERSON, "acme");

  const who = { person: PERSON, organization: TENANT };
  const tokens = await Promise.all([
    casesOf("oidc", "access token", {
      minted: oidc.controls.mintAccessToken({
        subject: PERSON,
        organization: TENANT,
        audience: RESOURCE,
        scopes: ["notes:read"],
      }),
      audienceClaim: "aud",
      sign: (draft) => oidc.controls.sign(draft),
    }),
    casesOf("oidc", "machine token", {
      minted: oidc.controls.mintAccessToken({
        subject: "acme-robot",
        audience: RESOURCE,
        scopes: ["notes:read"],
      }),
      audienceClaim: "aud",
      sign: (draft) => oidc.controls.sign(draft),
    }),
    casesOf("workos", "session token", {
      minted: workos.controls.mintSessionToken(who),
      audienceClaim: null, // it has none, see the adapter's README
      sign: (draft) => workos.controls.sign(draft),
    }),
    casesOf("workos", "machine token", {
      minted: workos.controls.mintMachineToken({ machine: "acme-robot" }),
      audienceClaim: "aud",
      sign: (draft) => workos.controls.sign(draft),
    }),
    casesOf("clerk", "session token", {
      minted: clerk.controls.mintSessionToken({ ...who, azp: BASE_URL }),
      audienceClaim: "azp",
      sign: (draft) => clerk.controls.sign(draft),
    }),
    casesOf("clerk", "access token", {
      minted: clerk.controls.mintAccessToken({
        ...who,
        clientId: CLIENT.clientId,
        scopes: ["openid", "user:org:read", "notes:read"],
      }),
      audienceClaim: "client_id",
      sign: (draft) => clerk.controls.sign(draft),
    }),
    casesOf("stytch", "session token", {
      minted: stytch.controls.mintSessionToken(who),
      audienceClaim: "aud",
      sign: (draft) => stytch.controls.sign(draft),
    }),
  ]);

  return {
    plan: {
      baseUrl: BASE_URL,
      resource: RESOURCE,
      personUrl: person.url,
      tokens: tokens.flat(),
      algorithms: algorithmCases(),
      options: {
        oidc: {
          issuer: oidc.issuer,
          ...CLIENT,
          audience: [RESOURCE],
          orgClaim: ["org_id"],
          orgSlugClaim: ["org_slug"],
          orgNameClaim: ["org_name"],
          orgUnknown: "provision",
          orgParam: "organization",
          rolesClaim: ["roles"],
          allowInsecureLoopback: true,
        },
        workos: {
          ...WORKOS,
          apiUrl: workos.addresses.address,
          authkitDomain: workos.addresses.authkit,
          allowInsecureLoopback: true,
        },
        clerk: {
          secretKey: clerk.secretKey,
          publishableKey: clerk.publishableKey,
          apiUrl: clerk.addresses.address,
          frontendApiUrl: clerk.addresses.issuer,
          oauthClientId: CLIENT.clientId,
          oauthClientSecret: CLIENT.clientSecret,
          frontEnd: true,
          authorizedParties: [BASE_URL],
          accessClients: [CLIENT.clientId],
          audience: [RESOURCE],
          allowInsecureLoopback: true,
        },
        stytch: {
          ...STYTCH,
          apiUrl: stytch.addresses.address,
          signIn: "google",
          // RBAC is read through the vendor's SDK, which is not part of verification.
          rbac: false,
          allowInsecureLoopback: true,
        },
      },
    },
    async close() {
      await Promise.all([oidc, workos, clerk, stytch, person].map((one) => one.close()));
    },
  };
}
