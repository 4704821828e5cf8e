import type { LoginStep } from "../../provider/login-flow.ts";
import type { InstanceProvider } from "../../tokens/provider-instance.ts";
import type { Flow } from "../flow.ts";

/** A sign-in that its provider calls finished. */
export interface Finished {
  readonly flow: Flow;
  readonly done: LoginStep & { readonly kind: "done" };
  readonly provider: InstanceProvider;
}
