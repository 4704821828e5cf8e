import { isFields, textOf, type Answer, type Call, type Fields } from "../../http/api.ts";
import { noticeAnswer } from "../browser.ts";
import type { WorkosContext } from "../context.ts";
import { apiError, notFound, unprocessable } from "../errors.ts";
import { userIdOf } from "../people.ts";
import { newId } from "../stamps.ts";
import type { ConsentOption } from "../state.ts";

/** How long the application has. The vendor documents no time. */
const LIFETIME_MS = 10 * 60_000;

/** Lets the application's Login URI find out who is there (https://workos.com/docs/authkit/connect/standalone). */
export function sendToLogin({ state, options }: WorkosContext, query: URLSearchParams): Answer {
  const id = newId("ext_auth");
  const expiresAtMs = Date.now() + LIFETIME_MS;
  state.externalAuthorizations.set(id, { query, expiresAtMs, isCompleted: false });
  const location = new URL(options.loginUri ?? "");
  location.searchParams.set("external_auth_id", id);
  return { status: 302, headers: { location: location.href, "cache-control": "no-store" } };
}

/**
 * `POST /authkit/oauth2/complete` (https://workos.com/docs/reference/workos-connect/standalone). Whether
 * AuthKit asks for an organization afterwards is not documented: here it does not, so that the token
 * names none but in the claim of an option.
 */
export function completeExternal(context: WorkosContext, { body }: Call): Answer {
  const { state } = context;
  const external = state.externalAuthorizations.get(textOf(body, "external_auth_id") ?? "");
  if (external === undefined || external.expiresAtMs <= Date.now()) {
    return notFound("external auth session");
  }
  if (external.isCompleted) {
    return apiError(400, "external_auth_session_already_completed", "It was completed before.");
  }
  const options = readOptions(body["user_consent_options"] ?? []);
  if (options === null) return unprocessable("user_consent_options");
  const user = isFields(body["user"]) ? body["user"] : {};
  const userId = upsert(context, user);
  if (typeof userId !== "string") return userId;

  external.isCompleted = true;
  const attempt = newId("attempt");
  state.attempts.set(attempt, {
    query: external.query,
    purpose: "connect",
    userId,
    authTimeSeconds: Math.floor(Date.now() / 1000),
    consent: { organizationId: null, options },
  });
  const continuation = newId("continue");
  state.continuations.set(continuation, attempt);
  const redirectUri = `${context.authkitOrigin}/oauth2/authorize/complete?state=${continuation}`;
  return { status: 200, body: { redirect_uri: redirectUri } };
}

/** `GET /oauth2/authorize/complete`: the browser is back, and is asked for consent. */
export function continueExternal({ state }: WorkosContext, { url }: Call): Answer {
  const continuation = url.searchParams.get("state") ?? "";
  const attempt = state.continuations.get(continuation);
  state.continuations.delete(continuation);
  return attempt === undefined
    ? noticeAnswer("This sign-in is over", "Start again in the application.")
    : { status: 302, headers: { location: `/sign-in/${attempt}` } };
}

/** The person with this external id, or a new one. An e-mail address is one person's. */
function upsert(context: WorkosContext, user: Fields): string | Answer {
  const { world, state, stamps } = context;
  const [externalId, email] = [textOf(user, "id"), textOf(user, "email")];
  if (externalId === undefined) return unprocessable("user.id");
  if (email === undefined || !email.includes("@")) {
    return apiError(400, "invalid_email", "The e-mail address is malformed.");
  }
  const known = world.users.get(userIdOf(context, externalId) ?? "");
  if (known !== undefined) {
    // Stricter than documented: when the vendor lets an address change, it does not say.
    return known.email === email
      ? known.id
      : apiError(400, "email_change_not_allowed", "The e-mail address cannot be changed here.");
  }
  if (world.userByEmail(email) !== undefined) {
    return apiError(400, "email_not_available", "The e-mail address is another user's.");
  }
  const id = newId("user");
  stamps.touch(id);
  const names = [textOf(user, "first_name"), textOf(user, "last_name")];
  const name = names.filter((part) => part !== undefined).join(" ") || email;
  world.users.add({ id, email, emailVerified: true, name });
  state.externalIds.set(id, externalId);
  return id;
}

function readOptions(value: unknown): readonly ConsentOption[] | null {
  if (!Array.isArray(value)) return null;
  const options = value.map((one: unknown): ConsentOption | null => {
    if (!isFields(one) || one["type"] !== "enum" || !Array.isArray(one["choices"])) return null;
    const [claim, label] = [textOf(one, "claim"), textOf(one, "label")];
    const choices = one["choices"].map((choice: unknown) => {
      const fields = isFields(choice) ? choice : {};
      return { value: textOf(fields, "value") ?? "", label: textOf(fields, "label") ?? "" };
    });
    const isWhole = choices.length > 0 && choices.every((choice) => choice.value !== "");
    return claim !== undefined && label !== undefined && isWhole ? { claim, label, choices } : null;
  });
  return options.some((one) => one === null) ? null : options.filter((one) => one !== null);
}
