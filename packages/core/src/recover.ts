import { reject, type Rejection } from "./internal/result.ts";
import type { Provider } from "./provider/define-provider.ts";
import type { ProviderTools } from "./provider/login-flow.ts";
import type { FrontEndPage } from "./provider/credentials.ts";
import { isWebAddress } from "./request/web-address.ts";

/** What a vendor's front end has for a page. */
export type Recovery =
  | { readonly kind: "none"; readonly setCookies: readonly string[] }
  | { readonly kind: "token"; readonly token: string; readonly setCookies: readonly string[] }
  | {
      readonly kind: "redirect";
      readonly location: string;
      readonly setCookies: readonly string[];
    }
  | { readonly kind: "refused"; readonly rejection: Rejection };

/** Asks one provider's front end to renew its session. */
export type Recover = (provider: Provider, page: Omit<FrontEndPage, "url">) => Promise<Recovery>;

const NOTHING: Recovery = { kind: "none", setCookies: [] };

/** Makes {@link Recover}. What an adapter throws means that something could not be found out. */
export function createRecover<P extends Provider>(deps: {
  readonly providers: readonly P[];
  toolsFor(provider: P): ProviderTools;
  /** Of the configured base URL, without a slash at the end. */
  readonly origin: string;
}): Recover {
  return async function recover(asked, page) {
    const provider = deps.providers.find((one) => one === asked);
    const { target } = page.request;
    // A target of another form (RFC 9112 §3.2.2) would name a host of the sender's choice.
    if (provider?.browserSession === undefined || !target.startsWith("/")) return NOTHING;
    try {
      const answer = await provider.browserSession.recover(
        { ...page, url: new URL(deps.origin + target) },
        deps.toolsFor(provider),
      );
      if (answer.kind === "none") return { kind: "none", setCookies: answer.setCookies ?? [] };
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
