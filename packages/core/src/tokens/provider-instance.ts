import type { Provider } from "../provider/define-provider.ts";

/** A provider as `defineProvider` returns it: its instance id is decided. */
export type InstanceProvider = Provider & { readonly instance: string };
