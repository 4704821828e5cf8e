import type { AuthOptions } from "./options.ts";

/** The plain values of `AuthOptions`, checked and with their defaults. */
export interface CheckedOptions {
  /** Origin without a slash at the end. */
  readonly origin: string;
  readonly authPath: string;
  readonly allowedOrigins: readonly string[];
  readonly clockToleranceSeconds: number;
  readonly session: {
    readonly mode: "stored" | "sealed";
    readonly cookieName: string;
    readonly absoluteSeconds: number;
    readonly idleSeconds: number;
  };
}

const DAY = 24 * 3600;
const LOOPBACK: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** Checks what the types cannot. Throws `TypeError` naming the option and its variable. */
export function checkOptions<P extends string, R extends string>(
  options: AuthOptions<P, R>,
): CheckedOptions {
  const origin = originOf(options.baseUrl);
  const authPath = options.authPath ?? "/auth";
  if (!/^(?:\/[a-z0-9][a-z0-9_-]*)+$/i.test(authPath)) {
    throw new TypeError('Option "authPath" must be a path such as "/auth".');
  }
  if (options.providers.length === 0) {
    throw new TypeError(
      'Option "providers" (AUTH_PROVIDER) needs at least one provider. There is no way to run without.',
    );
  }
  const instances = options.providers.map((provider) => provider.instance ?? provider.vendor);
  if (new Set(instances).size !== instances.length) {
    throw new TypeError(
      'Option "providers": two providers have the same instance id; give one an "instance".',
    );
  }
  if (options.defaultProvider !== undefined && !instances.includes(options.defaultProvider)) {
    throw new TypeError(`Option "defaultProvider" must be one of: ${instances.join(", ")}.`);
  }
  const { session = {} } = options;
  return {
    origin,
    authPath,
    allowedOrigins: [origin, ...(options.allowedOrigins ?? []).map(exactOrigin)],
    clockToleranceSeconds: numberBetween(
      "clockToleranceSeconds",
      options.clockToleranceSeconds ?? 30,
      [0, 60],
    ),
    session: {
      mode: session.mode ?? "stored",
      cookieName: cookieName(session.cookieName ?? "tenantry"),
      absoluteSeconds: numberBetween(
        "session.absoluteSeconds",
        session.absoluteSeconds ?? 7 * DAY,
        [60, 400 * DAY],
      ),
      idleSeconds: numberBetween("session.idleSeconds", session.idleSeconds ?? DAY, [
        60,
        400 * DAY,
      ]),
    },
  };
}

function originOf(baseUrl: string): string {
  if (!URL.canParse(baseUrl)) {
    throw new TypeError(
      'Option "baseUrl" (BASE_URL) must be an address such as "https://app.example.com".',
    );
  }
  const url = new URL(baseUrl);
  if (url.pathname !== "/" || url.search !== "" || url.hash !== "" || url.username !== "") {
    throw new TypeError('Option "baseUrl" (BASE_URL) must be an origin, without path or query.');
  }
  const secure =
    url.protocol === "https:" || (url.protocol === "http:" && LOOPBACK.has(url.hostname));
  if (!secure) {
    throw new TypeError(
      'Option "baseUrl" (BASE_URL) must use https. Plain http is for loopback addresses only.',
    );
  }
  return url.origin;
}

function exactOrigin(text: string): string {
  if (!URL.canParse(text) || new URL(text).origin !== text) {
    throw new TypeError(
      `Option "allowedOrigins": "${text}" is not an exact origin such as "https://www.example.com".`,
    );
  }
  return text;
}

function cookieName(name: string): string {
  if (!/^[a-z0-9][a-z0-9_-]{0,63}$/i.test(name)) {
    throw new TypeError('Option "session.cookieName" must be letters, digits, "_" and "-".');
  }
  return name;
}

function numberBetween(
  option: string,
  value: number,
  [least, most]: readonly [number, number],
): number {
  if (!(value >= least && value <= most)) {
    throw new TypeError(`Option "${option}" must be between ${least} and ${most}.`);
  }
  return value;
}
