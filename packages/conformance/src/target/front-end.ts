/** A browser with the vendor's own front end in it, signed in. */
export interface FrontEndBrowser {
  /** The cookies it sends to our app, by name. */
  cookies(): Readonly<Record<string, string>>;
  /** The short-lived token in its cookies runs out; the vendor's session lives on. */
  expire(): Promise<void>;
  /** Takes `Set-Cookie` lines that our app sent. */
  store(setCookies: readonly string[]): void;
  /** Follows a redirect to the vendor until it comes back to our app; the address it comes back to. */
  follow(location: URL): Promise<URL>;
}

/** For vendors whose front end owns a session cookie. */
export interface FrontEndControls {
  /** `tenant`: the vendor's id of the organization that is active in that browser. */
  signIn(who: { readonly person: string; readonly tenant?: string }): Promise<FrontEndBrowser>;
}
