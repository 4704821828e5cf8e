import { errors, interactionPolicy, type KoaContextWithOIDC } from "oidc-provider";
import type { ClientRegistry } from "../connect/client-registry.ts";
import type { World } from "../world/world.ts";
import { chooseOrganization, type GrantRecords, type OrganizationChoice } from "./grants.ts";

const { Check, Prompt, base } = interactionPolicy;

interface PolicyParts {
  readonly world: World;
  readonly records: GrantRecords;
  readonly registry: ClientRegistry;
}

/**
 * What a person is asked, in order: who they are, whether they consent (only if the application
 * insists and they have not just signed in), for which organization, and whether a client that nobody
 * has configured may act for them there. The last step also makes the grant, because only then is it
 * known whom and what it is for.
 */
export function signInPolicy(parts: PolicyParts): interactionPolicy.Prompt[] {
  const login = base().get("login");
  if (login === undefined) throw new Error("oidc-provider has no login prompt");
  login.checks.add(
    new Check("account_gone", "the person does not exist any more", (ctx) =>
      ctx.oidc.session?.accountId !== undefined && ctx.oidc.account === undefined
        ? Check.REQUEST_PROMPT
        : Check.NO_NEED_TO_PROMPT,
    ),
  );
  return [
    login,
    new Prompt({ name: "select_account", requestable: true }),
    new Prompt({ name: "consent", requestable: true }),
    new Prompt(
      { name: "organization" },
      new Check("organization_missing", "an organization must be chosen", (ctx) => {
        const choice = choiceOf(parts.world, ctx);
        if (choice.kind === "ask") return Check.REQUEST_PROMPT;
        if (choice.kind === "denied") {
          throw new errors.AccessDenied("the person is not an active member of the organization");
        }
        return Check.NO_NEED_TO_PROMPT;
      }),
    ),
    new Prompt(
      { name: "agreement" },
      new Check("agreement_missing", "the person must let the client act", async (ctx) => {
        const choice = choiceOf(parts.world, ctx);
        if (choice.kind === "ask" || choice.kind === "denied") return Check.REQUEST_PROMPT;
        const isStranger = parts.registry.get(ctx.oidc.client?.clientId ?? "") !== undefined;
        // Asked each time: a client under another's name must not profit from an earlier yes.
        if (isStranger && ctx.oidc.result?.["agreed"] !== true) return Check.REQUEST_PROMPT;
        await makeGrant(ctx, parts.records, choice.kind === "tenant" ? choice.tenant.id : null);
        return Check.NO_NEED_TO_PROMPT;
      }),
    ),
  ];
}

/** Which organization an authorization is for, as far as it is known. */
function choiceOf(world: World, ctx: KoaContextWithOIDC): OrganizationChoice {
  const userId = ctx.oidc.session?.accountId;
  if (userId === undefined) return { kind: "ask" };
  return chooseOrganization(world, {
    userId,
    named: organizationParameter(ctx),
    picked: pickedOrganization(ctx),
  });
}

/** The `organization` parameter of an authorization request, if it has one. */
function organizationParameter(ctx: KoaContextWithOIDC): string | undefined {
  const value = ctx.oidc.params?.["organization"];
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** What the person picked on our page; whether they belong there is checked by the caller. */
function pickedOrganization(ctx: KoaContextWithOIDC): string | undefined {
  const picked = ctx.oidc.result?.["organization"];
  return typeof picked === "string" ? picked : undefined;
}

/** A new grant for each authorization, so two organizations of one person never share one. */
async function makeGrant(
  ctx: KoaContextWithOIDC,
  records: GrantRecords,
  tenantId: string | null,
): Promise<void> {
  const { client, session, provider } = ctx.oidc;
  if (client === undefined || session?.accountId === undefined) {
    throw new errors.AccessDenied("nobody is signed in");
  }
  const grant = new provider.Grant({ accountId: session.accountId, clientId: client.clientId });
  const scopes = [...ctx.oidc.requestParamScopes];
  grant.addOIDCScope(scopes);
  for (const resource of Object.keys(ctx.oidc.resourceServers ?? {})) {
    grant.addResourceScope(resource, scopes);
  }
  const grantId = await grant.save();
  records.set(grantId, {
    userId: session.accountId,
    tenantId,
    sessionUid: session.uid,
    offline: scopes.includes("offline_access"),
  });
  session.ensureClientContainer(client.clientId);
  session.grantIdFor(client.clientId, grantId);
  ctx.oidc.entity("Grant", grant);
}
