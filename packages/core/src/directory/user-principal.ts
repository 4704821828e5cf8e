import type { UserPrincipal } from "../context.ts";
import type { User } from "./records.ts";

/** A person as handlers see them. */
export function userPrincipal(user: User): UserPrincipal {
  return {
    kind: "user",
    id: user.id,
    ...(user.name === null ? {} : { name: user.name }),
    ...(user.email === null ? {} : { email: user.email }),
  };
}
