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
  if (status === "deleted") return goneMember({ id, tenant }, version);
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
      // A member is somebody in one organization, so person and place go by one name.
      external: user,
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

/**
 * The record of a member whom Stytch does not have at all any more. The person's name here says in
 * which organization it was.
 */
export function goneMember(place: MemberPlace, version: number): MemberChanges {
  const { tenant } = place;
  const user = externalSubject(place.id, { external: tenant });
  const gone = { kind: "delete", version, external: user } as const;
  return {
    user: { ...gone, entity: "user" },
    membership: { ...gone, entity: "membership", data: { user, tenant } },
  };
}

/** A member and their organization. */
export interface MemberPlace {
  readonly id: string;
  readonly tenant: string;
}

/** What a name of somebody says; null for one that no member has. */
export function placeOf(external: string): MemberPlace | null {
  try {
    const value: unknown = JSON.parse(external);
    const [tenant, id] = Array.isArray(value) ? (value as readonly unknown[]) : [];
    return isText(id) && isText(tenant) ? { id, tenant } : null;
  } catch {
    return null;
  }
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
