/** What a person is in a test: "ada" in the organization "acme" as "editor". */
export interface Someone {
  readonly subject: string;
  readonly organization: string | null;
  readonly role: string;
}

export const ada: Someone = { subject: "ada", organization: "acme", role: "editor" };
export const ben: Someone = { subject: "ben", organization: "acme", role: "viewer" };
export const dan: Someone = { subject: "dan", organization: "birch", role: "editor" };
/** Belongs to no organization. */
export const eve: Someone = { subject: "eve", organization: null, role: "viewer" };
/** Belongs to two organizations; this is her place in the first. */
export const cleo: Someone = { subject: "cleo", organization: "acme", role: "viewer" };
export const cleoAtBirch: Someone = { ...cleo, organization: "birch" };
