import { ok, reject, type ConsentPage, type Result } from "@tenantry/core/provider";
import { orRejection, type WorkosApi } from "./api.ts";
import { isText } from "./claims.ts";

/** The claim of an MCP client's token that holds the organization which was chosen on the app's page. */
export const TENANT_CLAIM = "urn:tenantry:organization";

/**
 * The app's page as the Login URI of Standalone Connect. WorkOS wants to hear who is there, and asks for
 * consent on a page of its own, which also offers what we give it to choose from: the one organization
 * that was on our page. It has no way to hear of a no.
 *
 * @see {@link https://workos.com/docs/authkit/connect/standalone WorkOS: Standalone Connect}
 */
export function consentPage(api: Pick<WorkosApi, "get" | "sdk">, issuer: string): ConsentPage {
  return {
    async start({ query }) {
      const id = readId(query);
      // What is behind the id only WorkOS knows, which tells nobody.
      return id.ok ? ok({ kind: "identity", origin: new URL(issuer).origin }) : id;
    },

    async decide({ query, who, granted }) {
      const id = readId(query);
      if (!id.ok) return id;
      if (!granted) return ok({ location: null });
      return orRejection(async () => {
        const user = await userFor(api, who.subject);
        if (!user.ok) return user;
        const { connect } = await api.sdk();
        const { redirectUri } = await connect.completeOAuth2({
          externalAuthId: id.value,
          user: user.value,
          userConsentOptions: [
            {
              claim: TENANT_CLAIM,
              type: "enum",
              label: "Organization",
              // SECURITY: one, so that nobody can take another organization on the page that follows.
              choices: [{ value: who.tenant.external, label: who.tenant.name }],
            },
          ],
        });
        return isText(redirectUri) ? ok({ location: redirectUri }) : reject("provider_unavailable");
      });
    },
  };
}

/** RFC 6749 §3.1 has it for all parameters: two readers could take different ones. */
function readId(query: URLSearchParams): Result<string> {
  const [id = "", second] = query.getAll("external_auth_id");
  if (second !== undefined) return reject("parameter_repeated");
  return /^[\w-]{1,128}$/.test(id) ? ok(id) : reject("external_auth_id_malformed");
}

/**
 * Somebody as the call wants them: by their external id. Who has none gets their own id at WorkOS, since
 * a new external id would be a new user, whose address is taken.
 */
async function userFor(
  api: Pick<WorkosApi, "get" | "sdk">,
  userId: string,
): Promise<Result<{ readonly id: string; readonly email: string }>> {
  const user = await api.get(`/user_management/users/${encodeURIComponent(userId)}`);
  const { id, email, external_id: externalId } = user;
  // SECURITY: whoever it is that WorkOS makes the grant for, it is the person of this session.
  if (id !== userId || !isText(email)) return reject("subject_changed");
  if (isText(externalId)) return ok({ id: externalId, email });
  await (await api.sdk()).userManagement.updateUser({ userId, externalId: userId });
  return ok({ id: userId, email });
}
