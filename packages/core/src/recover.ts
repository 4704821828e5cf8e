import { reject, type Rejection } from "./internal/result.ts";
import type { Provider } from "./provider/define-provider.ts";
import type { ProviderTools } from "./provider/login-flow.ts";
import type { FrontEndPage } from "./provider/parts.ts";
import { isWebAddress } from "./request/web-address.ts";

/** What a vendor's front end has for a page. */
export type Recovery =
  | { readonly kind: "none" }
  | { readonly kind: "token"; readonly token: string; readonly setCookies: readonly string[] }
  | {
      readonly kind: "redirect";
      readonly location: string;
      readonly setCookies: readonly string[];
    }
  | { readonly kind: "refused"; readonly rejection: Rejection };

/** Asks one provider's front end to renew its session. */
export type Recover = (provider: Provider, page: FrontEndPage) => Promise<Recovery>;

/** Makes {@link Recover}. What an adapter throws means that something could not be found out. */
export function createRecover<P extends Provider>(deps: {
  readonly providers: readonly P[];
  toolsFor(provider: P): ProviderTools;
}): Recover {
  return async function recover(asked, page) {
    const provider = deps.providers.find((one) => one === asked);
    if (provider?.browserSession === undefined) return { kind: "none" };
    try {
      const answer = await provider.browserSession.recover(page, deps.toolsFor(provider));
      if (answer.kind === "refused") return { kind: "refused", rejection: answer };
      if (answer.kind === "redirect" && !isWebAddress(answer.location)) {
        return { kind: "refused", rejection: reject("location_malformed") };
      }
      return answer;
    } catch {
      return { kind: "refused", rejection: reject("provider_unavailable") };
    }
  };
}
