import type { SessionRecord } from "../sessions/record.ts";
import type { DirectoryOptions } from "./facts.ts";

/** Ends the stored sessions of a person that are meant. Sealed ones end by the person's epochs. */
export async function endSessions(
  { stores, nowMs }: Pick<DirectoryOptions, "stores" | "nowMs">,
  userId: string,
  isMeant: (session: Pick<SessionRecord, "tenantId" | "instance">) => boolean,
): Promise<void> {
  for (const session of await stores.sessions.listByUser(userId)) {
    if (isMeant(session)) await stores.sessions.end(session.id, nowMs());
  }
}
