import { textOf, textsOf, type Answer, type Call } from "../http/api.ts";
import type { StytchContext } from "./context.ts";
import {
  good,
  invalid,
  memberNotFound,
  notRegistered,
  organizationNotFound,
  stytchError,
} from "./errors.ts";
import { newSecret, newUuid } from "./ids.ts";
import { giveRoles, splitRoles } from "./members.ts";
import { findTenant, isActiveMember, memberObject, organizationObject } from "./objects.ts";
import { issueToken, TOKEN_TYPES } from "./one-time.ts";
import { isRegistered, withParams } from "./redirects.ts";
import { magicLinkFactor } from "./tokens.ts";

/** `POST /v1/b2b/magic_links/email/login_or_signup`. Only members get a mail: nobody may join by address here. */
export function sendMagicLink(context: StytchContext, { body }: Call): Answer {
  const tenant = findTenant(context, textOf(body, "organization_id") ?? "");
  if (tenant === undefined) return organizationNotFound();
  const redirectUrl = textOf(body, "login_redirect_url") ?? "";
  if (!isRegistered(context, redirectUrl)) return notRegistered();
  const user = context.world.userByEmail(textOf(body, "email_address") ?? "");
  const place = { userId: user?.id ?? "", tenantId: tenant.id };
  const isInvited = user !== undefined && context.state.invited.has(context.ids.memberId(place));
  if (user === undefined || !(isActiveMember(context, place) || isInvited)) return memberNotFound();
  const token = issueToken(context, {
    ...place,
    kind: "magic_link",
    factor: magicLinkFactor(user.email),
    challenge: textOf(body, "pkce_code_challenge") ?? null,
  });
  post(context, user.email, {
    subject: `Sign in to ${tenant.name}`,
    link: { redirectUrl, token, tokenType: TOKEN_TYPES.magic_link },
  });
  return good({
    member_id: context.ids.memberId(place),
    member_created: false,
    member: memberObject(context, place),
    organization: organizationObject(context, tenant),
  });
}

/** `POST /v1/b2b/magic_links/email/discovery/send`. The answer is the same for an unknown address. */
export function sendDiscovery(context: StytchContext, { body }: Call): Answer {
  const redirectUrl = textOf(body, "discovery_redirect_url") ?? "";
  if (!isRegistered(context, redirectUrl)) return notRegistered();
  const email = textOf(body, "email_address");
  if (email === undefined || !email.includes("@")) return invalid("email_address");
  const user = context.world.userByEmail(email);
  if (user !== undefined) {
    const token = issueToken(context, {
      kind: "discovery_magic_link",
      userId: user.id,
      tenantId: null,
      factor: magicLinkFactor(user.email),
      challenge: textOf(body, "pkce_code_challenge") ?? null,
    });
    post(context, user.email, {
      subject: "Sign in",
      link: { redirectUrl, token, tokenType: TOKEN_TYPES.discovery_magic_link },
    });
  }
  return good({});
}

/** `POST /v1/b2b/magic_links/email/invite`. Makes an invited member, as the vendor does. */
export function sendInvitation(context: StytchContext, { body }: Call): Answer {
  const { world, ids, state } = context;
  const tenant = findTenant(context, textOf(body, "organization_id") ?? "");
  if (tenant === undefined) return organizationNotFound();
  const email = textOf(body, "email_address");
  if (email === undefined || !email.includes("@")) return invalid("email_address");
  const redirectUrl = textOf(body, "invite_redirect_url");
  if (redirectUrl !== undefined && !isRegistered(context, redirectUrl)) return notRegistered();
  const roles = splitRoles(context, textsOf(body, "roles") ?? [], tenant.id);
  if (roles === null) return invalid("roles");
  const user =
    world.userByEmail(email) ??
    world.users.add({
      id: `user_${newUuid()}`,
      email,
      emailVerified: false,
      name: textOf(body, "name") ?? email,
    });
  const place = { userId: user.id, tenantId: tenant.id };
  if (world.memberships.get(user.id, tenant.id) !== undefined) {
    return stytchError(400, "duplicate_member_email", "They are a member already.");
  }
  state.invited.add(ids.memberId(place));
  world.memberships.add({ ...place, roles: roles.ofProject, status: "pending" });
  giveRoles(context, place, roles.ofOrganization);
  const token = issueToken(context, {
    ...place,
    kind: "magic_link",
    factor: magicLinkFactor(user.email),
    challenge: null,
  });
  post(context, user.email, {
    subject: `You are invited to ${tenant.name}`,
    link: {
      // The vendor's dashboard has a default address; here it is the first one.
      redirectUrl: redirectUrl ?? context.options.redirectUris[0] ?? context.origin,
      token,
      tokenType: TOKEN_TYPES.magic_link,
    },
  });
  return good({
    member_id: ids.memberId(place),
    member: memberObject(context, place),
    organization: organizationObject(context, tenant),
  });
}

/** `GET /v1/b2b/magic_links/redirect`: where the link of a mail leads first. */
export function followMailLink({ state }: StytchContext, { url }: Call): Answer {
  const link = state.mailLinks.get(url.searchParams.get("mail") ?? "");
  if (link === undefined) return stytchError(404, "magic_link_not_found", "There is no such link.");
  const { redirectUrl, token, tokenType } = link;
  const location = withParams(redirectUrl, { stytch_token_type: tokenType, token });
  return { status: 302, headers: { location } };
}

function post(
  { state, origin }: StytchContext,
  to: string,
  mail: {
    readonly subject: string;
    readonly link: {
      readonly redirectUrl: string;
      readonly token: string;
      readonly tokenType: string;
    };
  },
): void {
  const id = newSecret();
  state.mailLinks.set(id, mail.link);
  const link = `${origin}/v1/b2b/magic_links/redirect?mail=${id}`;
  state.mails.push({ to, subject: mail.subject, link, sentAtMs: Date.now() });
}
