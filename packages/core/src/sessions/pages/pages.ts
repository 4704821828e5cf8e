import { ERRORS, type AuthErrorCode } from "../../errors.ts";
import type { PromptField, TenantChoice } from "../../provider/login-flow.ts";
import { DEFAULT_STYLE_SOURCE, renderDefaultPage } from "./default-page.ts";

/** A link on a page. `href` is always an address that core has built. */
export interface PageLink {
  readonly label: string;
  readonly href: string;
}

/** Where a page's form goes. Every hidden field must come back unchanged. */
export interface PageForm {
  /** A path of this site; the form's method is POST. */
  readonly action: string;
  readonly hidden: Readonly<Record<string, string>>;
  readonly submit: string;
}

/** A page that sign-in or an error needs, as data. Text in it is plain text: escape it. */
export type PageView =
  /** Asks for an e-mail address, to find out where this person signs in. The field is `email`. */
  | {
      readonly kind: "email";
      readonly title: string;
      readonly form: PageForm;
      readonly email?: string;
      readonly notice?: string;
    }
  /** Fields that the provider's sign-in step needs. */
  | {
      readonly kind: "prompt";
      readonly title: string;
      /** Paragraphs above the fields. */
      readonly text?: readonly string[];
      readonly form: PageForm;
      readonly fields: readonly PromptField[];
    }
  /** One button per organization; each sends its `external` id as `choice`. */
  | {
      readonly kind: "chooseTenant";
      readonly title: string;
      readonly form: PageForm;
      readonly choices: readonly TenantChoice[];
    }
  | { readonly kind: "checkMail"; readonly title: string; readonly email: string }
  /** One button that does what the address alone must not do. */
  | {
      readonly kind: "confirm";
      readonly title: string;
      readonly message: string;
      readonly form: PageForm;
      readonly cancel: PageLink;
    }
  /**
   * Whether an OAuth client may act for a person. Two buttons, `decision` with the value `allow` and with
   * `deny`; show all of it, because a name alone says nothing about who asks.
   */
  | {
      readonly kind: "consent";
      readonly title: string;
      /** Null: which one it is, the provider says on a page of its own that follows. */
      readonly client: { readonly name: string; readonly id: string; readonly host: string } | null;
      readonly person: string;
      readonly tenant: string;
      readonly scopes: readonly string[];
      readonly warning: string | null;
      readonly form: PageForm;
      readonly decline: string;
      /** The same question about another tenant or another person. */
      readonly others: readonly PageLink[];
    }
  | {
      readonly kind: "error";
      readonly code: AuthErrorCode;
      readonly title: string;
      readonly message: string;
      readonly action: PageLink | null;
    };

/**
 * How pages look. Replace it to bring your own design: status, headers, cookies, form targets and
 * checks stay with core, whatever `render` returns.
 */
export interface LoginPages {
  /** A whole HTML document. Scripts do not run on these pages. Must escape every text of the view. */
  render(view: PageView): string;
  /**
   * Sources for `style-src` in the pages' content security policy: `'self'`, or the `'sha256-…'` of
   * an inline style. Default: none, so that no style applies.
   */
  readonly styleSources?: readonly string[];
  /** Sources for `img-src` and `font-src`, for a logo and a typeface. Default: none. */
  readonly assetSources?: readonly string[];
}

/** The pages that come with core: plain, readable by screen readers, without scripts. */
export const defaultPages: LoginPages = Object.freeze({
  render: renderDefaultPage,
  styleSources: Object.freeze([DEFAULT_STYLE_SOURCE]),
});

/**
 * The page for a public error. `action` is the way on, such as signing in again; `message` says more
 * than the error table does.
 */
export function errorView(
  code: AuthErrorCode,
  action: PageLink | null = null,
  { message = ERRORS[code].message }: { readonly message?: string | undefined } = {},
): PageView {
  const { status } = ERRORS[code];
  return { kind: "error", code, title: TITLES[status], message, action };
}

const TITLES: Record<(typeof ERRORS)[AuthErrorCode]["status"], string> = {
  400: "That did not work",
  401: "Please sign in",
  403: "Not allowed",
  404: "Not found",
  405: "Not allowed",
  413: "Too large",
  500: "Something is not set up correctly",
  503: "Temporarily not available",
};

/** A page and the headers it must be sent with. */
export interface RenderedPage {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Renders a page and gives the headers that keep it safe: no scripts, no framing, no caching, and
 * nothing loaded from elsewhere.
 */
export function renderPage(view: PageView, pages: LoginPages = defaultPages): RenderedPage {
  const styles = sources(pages.styleSources);
  const assets = sources(pages.assetSources);
  const policy = [
    "default-src 'none'",
    `style-src ${styles}`,
    `img-src ${assets}`,
    `font-src ${assets}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
    // Chromium applies form-action to every redirect that follows a form, and these forms end at
    // the provider, whose address is known only then. Pages without a form need no target at all.
    ...("form" in view ? [] : ["form-action 'none'"]),
  ];
  return {
    body: pages.render(view),
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": policy.join("; "),
      // With `no-referrer` browsers send `Origin: null` with the form, and the origin check refuses it.
      "referrer-policy": "same-origin",
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
      "cross-origin-opener-policy": "same-origin",
      "cache-control": "private, no-store",
      vary: "Cookie, Authorization",
    },
  };
}

const SOURCE = /^[^\s;,]+$/;

function sources(list: readonly string[] | undefined): string {
  if (list === undefined || list.length === 0) return "'none'";
  for (const source of list) {
    if (!SOURCE.test(source) || /^'unsafe-/i.test(source) || source === "*") {
      throw new TypeError(`Option "pages": "${source}" is not an acceptable source.`);
    }
  }
  return list.join(" ");
}
