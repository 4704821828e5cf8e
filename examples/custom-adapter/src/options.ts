// #region options
/** What the operator has to say. */
export interface AcmeIdOptions {
  /** Where Acme ID is: `https://id.acme.example`, without a slash at the end. It is the issuer as well. */
  readonly url: string;
  /** This app's id at Acme ID. */
  readonly appId: string;
  readonly appSecret: string;
  /** What passes for this app's API name as their audience. */
  readonly audience: string;
}

/** Finds mistakes when the app starts, not with the first request. */
export function checkOptions(options: AcmeIdOptions): AcmeIdOptions {
  for (const name of ["url", "appId", "appSecret", "audience"] as const) {
    if (options[name] === "") throw new TypeError(`Acme ID: option "${name}" is missing.`);
  }
  if (new URL(options.url).origin !== options.url) {
    throw new TypeError('Acme ID: option "url" must be an origin such as https://id.acme.example.');
  }
  if (options.audience === options.appId) {
    throw new TypeError(
      'Acme ID: option "audience" must not be the app id; sign-ins name that one.',
    );
  }
  return options;
}
// #endregion options
