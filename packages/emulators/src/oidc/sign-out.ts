import type { World } from "../world/world.ts";
import type { LogoutDelivery } from "./controls.ts";
import type { GrantRecords } from "./grants.ts";
import type { MintLogoutToken } from "./mint.ts";
import type { EmulatorClient } from "./options.ts";
import type { ProviderStorage } from "./storage.ts";

interface SignOutContext {
  readonly world: World;
  readonly clients: readonly EmulatorClient[];
  readonly storage: ProviderStorage;
  readonly records: GrantRecords;
  readonly mintLogoutToken: (wish: MintLogoutToken) => Promise<string>;
}

/** Ends a person's sessions from the provider's side, as an administrator would. */
export async function signOutPerson(
  idOrEmail: string,
  context: SignOutContext,
): Promise<readonly LogoutDelivery[]> {
  const { world, storage, records } = context;
  const user = world.users.get(idOrEmail) ?? world.userByEmail(idOrEmail);
  if (user === undefined) throw new TypeError(`there is no person ${idOrEmail}`);

  for (const [grantId, record] of records) {
    if (record.userId === user.id) records.delete(grantId);
  }
  const deliveries: Promise<LogoutDelivery>[] = [];
  for (const session of storage.sessionsOf(user.id)) {
    storage.forgetSession(String(session.jti));
    for (const [clientId, { sid }] of Object.entries(session.authorizations ?? {})) {
      const uri = context.clients.find((each) => each.clientId === clientId)?.backchannelLogoutUri;
      if (uri === undefined || sid === undefined) continue;
      const token = context.mintLogoutToken({ clientId, person: user.id, sessionId: sid });
      deliveries.push(token.then((logoutToken) => deliver(uri, { clientId, logoutToken })));
    }
  }
  return Promise.all(deliveries);
}

async function deliver(
  uri: string,
  { clientId, logoutToken }: { readonly clientId: string; readonly logoutToken: string },
): Promise<LogoutDelivery> {
  try {
    const body = new URLSearchParams({ logout_token: logoutToken });
    const signal = AbortSignal.timeout(2500);
    const { status } = await fetch(uri, { method: "POST", body, signal, redirect: "manual" });
    return { clientId, status };
  } catch {
    return { clientId, status: null };
  }
}
