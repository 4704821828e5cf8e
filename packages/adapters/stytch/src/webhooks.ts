import {
  createSvixVerifier,
  ok,
  reject,
  type DirectoryChange,
  type Result,
  type Webhooks,
} from "@tenantry/core/provider";
import { readMember, readOrganization } from "./changes.ts";
import { isFields, isText, type Fields } from "./claims.ts";
import type { Project } from "./project.ts";

/**
 * Stytch's webhooks, which Svix signs. Members and organizations only: there are no events of
 * sessions or policies.
 *
 * @see {@link https://stytch.com/docs/workspace-management/webhooks Stytch: webhooks}
 */
export function webhooks(secrets: readonly string[], project: Project): Webhooks {
  const verifier = createSvixVerifier({ secrets });
  return {
    async verify(raw, tools) {
      const signed = await verifier.verify(raw, tools.nowMs());
      if (!signed.ok) return signed;
      const event = parse(raw.body);
      if (event === null) return reject("webhook_malformed");
      // SECURITY: one endpoint may get the events of several projects, test ones among them.
      if (event["project_id"] !== project.id) return reject("project_mismatch");
      const fallbackMs = signed.value.timestampSeconds * 1000;
      const changes = changesOf(event, fallbackMs);
      return changes.ok ? ok({ eventId: signed.value.id, changes: changes.value }) : changes;
    },
  };
}

function changesOf(event: Fields, fallbackMs: number): Result<readonly DirectoryChange[]> {
  const { vertical, object_type: type, action, id, timestamp } = event;
  if (vertical !== "B2B") return ok([]);
  if (!isText(id)) return reject("webhook_malformed");
  const atMs = isText(timestamp) ? Date.parse(timestamp) : NaN;
  const version = Number.isFinite(atMs) ? atMs : fallbackMs;
  if (type === "organization") {
    if (action === "DELETE")
      return ok([{ kind: "delete", entity: "tenant", external: id, version }]);
    const change = readOrganization(event["organization"], version);
    return ok([change ?? { kind: "refetch", entity: "tenant", external: id }]);
  }
  if (type === "member") {
    // A deletion does not say in which organization; Stytch keeps the record and can be asked.
    const read = action === "DELETE" ? null : readMember(event["member"], version);
    return ok(
      read === null
        ? [{ kind: "refetch", entity: "membership", external: id }]
        : [read.user, read.membership],
    );
  }
  return ok([]);
}

function parse(body: Uint8Array): Fields | null {
  try {
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
    return isFields(value) ? value : null;
  } catch {
    return null;
  }
}
