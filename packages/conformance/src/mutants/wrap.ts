import type {
  Identity,
  LoginFlow,
  LoginStep,
  OpaqueCredentials,
  Provider,
  ProviderTools,
  Result,
  TokenProfile,
} from "@tenantry/core/provider";
import type { Spoiled } from "../run/stage.ts";
import type { Started } from "../target/target.ts";

/** The same vendor with another provider in front of it. */
export function withProvider(started: Started, changes: Partial<Provider>): Spoiled {
  return { started: { ...started, provider: { ...started.provider, ...changes } } };
}

/** The same vendor, whose sign-in flow is changed. Null if it has none. */
export function withLogin(
  started: Started,
  change: (login: LoginFlow) => Partial<LoginFlow>,
): Spoiled | null {
  const { login } = started.provider;
  return login === undefined
    ? null
    : withProvider(started, { login: { ...login, ...change(login) } });
}

/** Changes every profile of signed tokens. */
export function withProfiles(
  provider: Provider,
  change: (profile: TokenProfile) => TokenProfile,
): Partial<Provider> {
  const { tokens } = provider;
  const profilesFor = provider.profilesFor?.bind(provider);
  return {
    ...(tokens === undefined ? {} : { tokens: tokens.map(change) }),
    ...(profilesFor === undefined
      ? {}
      : {
          async profilesFor(issuer: string, tools: ProviderTools) {
            return (await profilesFor(issuer, tools))?.map(change) ?? null;
          },
        }),
  };
}

/** Which of an adapter's answers a change of the identity reaches. */
export type Reach = "tokens" | "sign-in" | "refresh" | "opaque" | "front-end";

const EVERYWHERE: readonly Reach[] = ["tokens", "sign-in", "refresh", "opaque", "front-end"];

/** Changes what the adapter says about people and machines, wherever it says it. */
export function withIdentities(
  started: Started,
  change: (identity: Identity) => Identity,
  reach: readonly Reach[] = EVERYWHERE,
): Spoiled {
  const { provider } = started;
  const { login, opaque } = provider;
  const reaches = (place: Reach) => reach.includes(place);
  return withProvider(started, {
    ...(reaches("tokens") ? withProfiles(provider, (profile) => readingAs(profile, change)) : {}),
    ...(login === undefined ? {} : { login: changedLogin(login, change, reaches) }),
    ...(opaque === undefined || !reaches("opaque")
      ? {}
      : {
          opaque: opaque.map((one) =>
            changedOpaque(one, async (verified) => {
              const answer = await verified();
              return answer.ok ? { ok: true, value: change(answer.value) } : answer;
            }),
          ),
        }),
  });
}

function readingAs(profile: TokenProfile, change: (identity: Identity) => Identity): TokenProfile {
  return {
    ...profile,
    read(token) {
      const read = profile.read(token);
      return "ok" in read ? read : change(read);
    },
  };
}

function changedLogin(
  login: LoginFlow,
  change: (identity: Identity) => Identity,
  reaches: (place: Reach) => boolean,
): LoginFlow {
  const refresh = login.refresh?.bind(login);
  const step = (one: LoginStep): LoginStep =>
    one.kind === "done" && reaches("sign-in") ? { ...one, identity: change(one.identity) } : one;
  return {
    ...login,
    start: async (request, tools) => step(await login.start(request, tools)),
    resume: async (answer, tools) => step(await login.resume(answer, tools)),
    ...(refresh === undefined
      ? {}
      : {
          async refresh(request, tools) {
            const answer = await refresh(request, tools);
            return answer.kind === "refreshed" && answer.identity !== null && reaches("refresh")
              ? { ...answer, identity: change(answer.identity) }
              : answer;
          },
        }),
  };
}

/** The same vendor, whose opaque credentials are verified otherwise. Null if it has none. */
export function withOpaque(
  started: Started,
  answer: (
    verified: () => Promise<Result<Identity>>,
    credential: string,
  ) => Promise<Result<Identity>>,
): Spoiled | null {
  const { opaque } = started.provider;
  if (opaque === undefined) return null;
  const changed = opaque.map((one) => changedOpaque(one, answer));
  return withProvider(started, { opaque: changed });
}

function changedOpaque(
  opaque: OpaqueCredentials,
  answer: (
    verified: () => Promise<Result<Identity>>,
    credential: string,
  ) => Promise<Result<Identity>>,
): OpaqueCredentials {
  return {
    ...opaque,
    recognises: (credential) => opaque.recognises(credential),
    verify: (credential, request, tools) =>
      answer(() => opaque.verify(credential, request, tools), credential),
  };
}
