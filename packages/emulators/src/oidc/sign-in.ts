import type { IncomingMessage, ServerResponse } from "node:http";
import { errors, type InteractionResults, type Provider } from "oidc-provider";
import type { ClientRegistry } from "../connect/client-registry.ts";
import { agentConsentPage } from "../pages/agent-consent-page.ts";
import { pageHeaders } from "../pages/layout.ts";
import { noticePage } from "../pages/notice-pages.ts";
import {
  consentPage,
  organizationPage,
  peoplePage,
  type PersonChoice,
} from "../pages/sign-in-pages.ts";
import type { WorldUser } from "../world/types.ts";
import type { World } from "../world/world.ts";

type Interaction = Awaited<ReturnType<Provider["interactionDetails"]>>;

const MAX_FORM_BYTES = 10_000;

/** Serves `/sign-in/<interaction>`: shows what is to be chosen, and takes the choice. */
export async function serveSignIn(
  request: IncomingMessage,
  response: ServerResponse,
  options: {
    readonly provider: Provider;
    readonly world: World;
    readonly registry: ClientRegistry;
  },
): Promise<void> {
  const { provider, world } = options;
  try {
    const interaction = await provider.interactionDetails(request, response);
    if (request.method !== "POST") {
      const client = await provider.Client.find(String(interaction.params["client_id"]));
      return send(
        response,
        200,
        pageFor(world, interaction, client?.clientName ?? "an application"),
      );
    }
    const result = resultOf(world, interaction, await readForm(request));
    if (result === undefined) return send(response, 400, noticePage("Nothing was chosen", []));
    await provider.interactionFinished(request, response, result);
  } catch (error) {
    if (!(error instanceof errors.SessionNotFound)) throw error;
    const advice =
      "It was finished in another tab or took too long. Start again in the application.";
    send(response, 400, noticePage("This sign-in is over", [advice]));
  }
}

function pageFor(world: World, interaction: Interaction, applicationName: string): string {
  const { prompt, params } = interaction;
  const user = world.users.get(interaction.session?.accountId ?? "");
  if (prompt.name === "organization" && user !== undefined) {
    const organizations = world.activeMembershipsOf(user.id);
    return organizationPage({ applicationName, user, organizations });
  }
  if (prompt.name === "agreement" && user !== undefined) {
    const active = world.activeMembershipsOf(user.id).map(({ tenant }) => tenant);
    const wanted =
      text(params["organization"]) ?? text(interaction.lastSubmission?.["organization"]);
    const [only, ...others] = active;
    const organization =
      wanted === undefined
        ? others.length === 0
          ? only
          : undefined
        : world.tenantBySlugOrId(wanted);
    return agentConsentPage({
      clientName: applicationName,
      clientId: String(params["client_id"]),
      redirectUri: String(params["redirect_uri"]),
      user,
      organization,
      scopes: String(params["scope"]).split(" "),
      resource: text(params["resource"]) ?? null,
    });
  }
  if (prompt.name === "consent" && user !== undefined) {
    return consentPage({ applicationName, user, scopes: String(params["scope"]).split(" ") });
  }
  const organization = world.tenantBySlugOrId(text(params["organization"]) ?? "");
  return peoplePage({
    applicationName,
    organization,
    people: world.users.list().map((each) => personChoice(world, each, organization?.id)),
    loginHint: text(params["login_hint"]),
  });
}

function personChoice(world: World, user: WorldUser, tenantId: string | undefined): PersonChoice {
  const active = world.activeMembershipsOf(user.id);
  return {
    user,
    places: active.map(({ tenant, roles }) => `${tenant.name}: ${roles.join(", ") || "no role"}`),
    member: tenantId === undefined || active.some(({ tenant }) => tenant.id === tenantId),
  };
}

/** Turns a submitted form into the result the provider resumes with; undefined for nonsense. */
function resultOf(
  world: World,
  interaction: Interaction,
  form: URLSearchParams,
): InteractionResults | undefined {
  const asked = interaction.prompt.name;
  if (form.get("action") === "cancel") {
    return { error: "access_denied", error_description: "the person cancelled the sign-in" };
  }
  if (asked === "organization") {
    const tenantId = form.get("organization");
    // Whether the person belongs there is decided when the request resumes.
    return tenantId === null ? undefined : { organization: tenantId };
  }
  if (asked === "agreement") {
    return form.get("action") === "continue" ? { agreed: true } : undefined;
  }
  if (asked === "consent") return form.get("action") === "continue" ? { consent: {} } : undefined;
  const user = world.users.get(form.get("person") ?? "");
  if (user === undefined) return undefined;
  const amr = [...(user.signsInWith ?? ["pwd"])];
  // Picking oneself answers all three questions, so none of them is asked again.
  return { login: { accountId: user.id, amr }, select_account: {}, consent: {} };
}

async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_FORM_BYTES) return new URLSearchParams();
    chunks.push(chunk);
  }
  return new URLSearchParams(Buffer.concat(chunks).toString("utf8"));
}

function send(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, pageHeaders()).end(body);
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
