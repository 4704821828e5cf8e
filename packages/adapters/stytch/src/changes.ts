import { externalSubject, type DirectoryChange } from "@tenantry/core/provider";
import { isFields, isText, isTextList, type Fields } from "./claims.ts";

/** What a member object says, in neutral words: about the person, and about their place. */
export interface MemberChanges {
  readonly user: DirectoryChange;
  readonly membership: DirectoryChange;
}

const STATUS: Readonly<Record<string, "active" | "pending">> = {
  active: "active",
  pending: "pending",
  invited: "pending",
};

/**
 * Reads a member. One who is deleted is a membership that ended; the person's record goes nowhere
 * else. Null for another shape.
 *
 * @see {@link https://stytch.com/docs/b2b/api/member-object Stytch: member object}
 */
export function readMember(value: unknown, fallbackMs: number): MemberChanges | null {
  if (!isFields(value)) return null;
  const { member_id: id, organization_id: tenant, status, email_address: email, name } = value;
  if (!isText(id) || !isText(tenant) || !isText(status)) return null;
  const version = versionOf(value, fallbackMs);
  const user = externalSubject(id, { external: tenant });
  if (status === "deleted") {
    return {
      user: { kind: "delete", entity: "user", external: user, version },
      membership: {
        kind: "delete",
        entity: "membership",
        external: id,
        version,
        data: { user, tenant },
      },
    };
  }
  const roles = rolesOf(value["roles"]);
  return {
    user: {
      kind: "upsert",
      entity: "user",
      external: user,
      version,
      data: {
        ...(isText(name) ? { name } : {}),
        ...(isText(email)
          ? { email: { value: email, verified: value["email_address_verified"] === true } }
          : {}),
      },
    },
    membership: {
      kind: "upsert",
      entity: "membership",
      external: id,
      version,
      data: {
        user,
        tenant,
        ...(roles === null ? {} : { roles }),
        // Words that are not known here give no access.
        status: STATUS[status] ?? "inactive",
      },
    },
  };
}

/** Roles of the record. Those that come with SSO count only in a session that signed in with it. */
function rolesOf(value: unknown): readonly string[] | null {
  if (!Array.isArray(value)) return null;
  const names = value.flatMap((role): readonly unknown[] => {
    const { role_id: name, sources } = isFields(role) ? role : {};
    const isOwn =
      Array.isArray(sources) &&
      sources.some((source) => {
        const { type } = isFields(source) ? source : {};
        return isText(type) && !type.startsWith("sso_");
      });
    return isOwn ? [name] : [];
  });
  return isTextList(names) ? names : null;
}

/** Reads an organization; null for another shape. */
export function readOrganization(value: unknown, fallbackMs: number): DirectoryChange | null {
  if (!isFields(value)) return null;
  const { organization_id: external, organization_name: name, organization_slug: slug } = value;
  if (!isText(external)) return null;
  return {
    kind: "upsert",
    entity: "tenant",
    external,
    version: versionOf(value, fallbackMs),
    data: { ...(isText(name) ? { name } : {}), ...(isText(slug) ? { slug } : {}) },
  };
}

function versionOf({ updated_at: at }: Fields, fallbackMs: number): number {
  const ms = isText(at) ? Date.parse(at) : NaN;
  return Number.isFinite(ms) ? ms : fallbackMs;
}
