import type { FlowState, IdentityTenant, LoginResume, LoginStep } from "@tenantry/core/provider";
import type { AnswerForgery, SignInControls } from "../target/sign-in.ts";
import type { Started } from "../target/target.ts";
import type { AdapterMutant } from "./mutant.ts";
import { withLogin } from "./wrap.ts";

/** Adapters whose sign-ins, renewals and sign-outs overlook something. */
export const signInMutants: readonly AdapterMutant[] = [
  blindTo("rogue-key", {
    id: "sign-in-ignores-signature",
    defect: "It believes the proof of a sign-in or renewal without looking at its signature.",
    fails: ["login.forged.key", "sessions.refresh.forged"],
  }),
  blindTo("other-audience", {
    id: "sign-in-ignores-audience",
    defect: "It believes the proof of a sign-in that was made for another app.",
    fails: ["login.forged.audience"],
  }),
  blindTo("expired", {
    id: "sign-in-ignores-expiry",
    defect: "It believes the proof of a sign-in that has expired.",
    fails: ["login.forged.expired"],
  }),
  blindTo("other-flow", {
    id: "sign-in-ignores-nonce",
    defect: "It believes the proof of another sign-in.",
    fails: ["login.forged.flow"],
  }),
  {
    id: "sign-in-believes-the-question",
    defect: "It reports the tenant that was asked for, whatever the vendor answered.",
    fails: ["login.tenant.answered", "sessions.switch.answered"],
    spoil(started) {
      const asked = new Map<string, IdentityTenant>();
      return withLogin(started, (login) => ({
        start(request, tools) {
          if (request.tenant !== undefined) asked.set(request.flowId, request.tenant);
          return login.start(request, tools);
        },
        async resume(answer, tools) {
          const tenant = asked.get(answer.flowId);
          const step = await login.resume(answer, tools);
          return step.kind !== "done" || tenant === undefined
            ? step
            : { ...step, identity: { ...step.identity, tenant } };
        },
        ...(login.refresh === undefined
          ? {}
          : {
              async refresh(request, tools) {
                const renewed = await login.refresh?.call(login, request, tools);
                if (renewed?.kind !== "refreshed" || renewed.identity === null) {
                  return renewed ?? { kind: "ended", reason: "gone" };
                }
                const tenant = request.tenant ?? renewed.identity.tenant;
                return { ...renewed, identity: { ...renewed.identity, tenant } };
              },
            }),
      }));
    },
    mayFail: ["login.tenant.stranger", "sessions.refresh.tenant", "sessions.switch.removed"],
  },
  {
    id: "sign-in-asks-nothing",
    defect: "It does not name the tenant to the vendor and believes that it was answered.",
    fails: ["login.tenant.stranger"],
    spreads: true,
    mayFail: [
      "login.honest",
      "login.tenant.hint",
      "sessions.switch.removed",
      "sessions.switch.answered",
    ],
    spoil(started) {
      const asked = new Map<string, IdentityTenant>();
      const { signIn } = started;
      if (signIn === undefined) return null;
      // Nor does the person pick it: the vendor does as it likes.
      const visit: SignInControls["visit"] = ({ tenant: _tenant, ...stop }) => signIn.visit(stop);
      const forgetful = { ...started, signIn: { ...signIn, visit } };
      return withLogin(forgetful, (login) => ({
        start({ tenant, ...request }, tools) {
          if (tenant !== undefined) asked.set(request.flowId, tenant);
          return login.start(request, tools);
        },
        async resume(answer, tools) {
          const tenant = asked.get(answer.flowId);
          const step = await login.resume(answer, tools);
          return step.kind !== "done" || tenant === undefined
            ? step
            : { ...step, identity: { ...step.identity, tenant } };
        },
      }));
    },
  },
  {
    id: "sign-in-again-is-anybody",
    defect: "When somebody is asked again, it reports the person who was there before.",
    fails: ["login.again.person"],
    spoil(started) {
      let before: (LoginStep & { kind: "done" }) | null = null;
      const again = new Set<string>();
      return withLogin(started, (login) => ({
        start(request, tools) {
          if (request.reauthenticate === true) again.add(request.flowId);
          return login.start(request, tools);
        },
        async resume(answer, tools) {
          const step = await login.resume(answer, tools);
          if (step.kind !== "done") return step;
          if (again.has(answer.flowId) && before !== null) return before;
          before = step;
          return step;
        },
      }));
    },
  },
  {
    id: "sign-in-replays",
    defect: "It finishes a sign-in as often as its answer comes.",
    fails: ["login.answer.twice"],
    mayFail: ["sessions.backchannel.twice"],
    spoil(started) {
      const seen = new Map<string, LoginStep>();
      const spoiled = withLogin(started, (login) => ({
        async resume(answer, tools) {
          const known = seen.get(answer.url.href);
          if (known !== undefined) return known;
          const step = await login.resume(answer, tools);
          if (step.kind === "done") seen.set(answer.url.href, step);
          return step;
        },
      }));
      return spoiled && { ...spoiled, defects: forgetfulStores };
    },
  },
  {
    id: "sign-in-believes-the-code",
    defect: "It takes a code for whatever sign-in it is brought to.",
    fails: ["login.answer.swapped"],
    mayFail: ["login.answer.garbage", "attacks.login-csrf"],
    spoil: believesTheCode,
  },
  {
    id: "sign-in-of-any-browser",
    defect: "It does not bind a sign-in to the browser that began it.",
    fails: ["login.browser.other", "attacks.login-csrf"],
    spoil: (started) =>
      started.signIn === undefined ? null : { started, defects: { sharesFlows: true } },
  },
  {
    id: "refresh-hides-the-person",
    defect: "A renewal reports the person of the sign-in, whoever the vendor answered for.",
    fails: ["sessions.refresh.person"],
    mayFail: ["sessions.refresh.tenant"],
    spoil(started) {
      const subjects = new Map<string, string>();
      return withLogin(started, (login) => ({
        async resume(answer, tools) {
          const step = await login.resume(answer, tools);
          const token = step.kind === "done" ? step.tokens?.refreshToken : undefined;
          if (step.kind === "done" && token !== undefined)
            subjects.set(token, step.identity.subject);
          return step;
        },
        ...(login.refresh === undefined
          ? {}
          : {
              async refresh(request, tools) {
                const renewed = await login.refresh?.call(login, request, tools);
                if (renewed?.kind !== "refreshed")
                  return renewed ?? { kind: "ended", reason: "gone" };
                const subject = subjects.get(request.refreshToken);
                const next = renewed.tokens.refreshToken;
                if (subject !== undefined && next !== undefined) subjects.set(next, subject);
                return renewed.identity === null || subject === undefined
                  ? renewed
                  : { ...renewed, identity: { ...renewed.identity, subject } };
              },
            }),
      }));
    },
  },
  {
    id: "refresh-widens",
    defect: "A renewal makes the person an administrator of the tenant it was asked for.",
    fails: ["sessions.refresh.roles", "sessions.refresh.tenant"],
    mayFail: ["sessions.switch.own", "sessions.switch.answered"],
    spoil: (started) =>
      refreshing(started, (renewed, tenant) =>
        renewed.kind === "refreshed" && renewed.identity !== null
          ? {
              ...renewed,
              identity: {
                ...renewed.identity,
                roles: ["admin"],
                tenant: tenant ?? renewed.identity.tenant,
              },
            }
          : renewed,
      ),
  },
  {
    id: "refresh-learns-nothing",
    defect: "A renewal does not say what the vendor answered about the person.",
    fails: ["sessions.refresh.roles"],
    mayFail: ["sessions.switch.own"],
    spoil: (started) =>
      refreshing(started, (renewed) =>
        renewed.kind === "refreshed" ? { ...renewed, identity: null } : renewed,
      ),
  },
  {
    id: "refresh-ends-in-outages",
    defect: "It takes a vendor that cannot be reached for one that ended the session.",
    fails: ["sessions.refresh.outage"],
    spoil: (started) =>
      refreshing(started, (renewed) =>
        renewed.kind === "unavailable" ? { kind: "ended", reason: renewed.reason } : renewed,
      ),
  },
  {
    id: "refresh-never-ends",
    defect: "It takes a vendor that ended the session for one that cannot be reached.",
    fails: ["sessions.refresh.ended", "sessions.refresh.removed"],
    mayFail: ["sessions.switch.removed"],
    spoil: (started) =>
      refreshing(started, (renewed) =>
        renewed.kind === "ended"
          ? { kind: "unavailable", reason: "provider_unavailable" }
          : renewed,
      ),
  },
];

/** Nothing is remembered as used. */
const forgetfulStores: NonNullable<NonNullable<ReturnType<AdapterMutant["spoil"]>>["defects"]> = {
  stores: (stores) => ({ ...stores, replay: { claim: () => Promise.resolve(true) } }),
};

/** The vendor's forgery never shows, which is how a blind adapter sees it. */
function blindTo(
  how: AnswerForgery,
  mutant: Pick<AdapterMutant, "id" | "defect" | "fails">,
): AdapterMutant {
  return {
    ...mutant,
    spoil(started) {
      const { signIn } = started;
      if (signIn?.forge === undefined) return null;
      const forge: NonNullable<SignInControls["forge"]> = async (asked) => {
        // Asked first, so that what cannot be forged here is still a skip.
        await signIn.forge?.(asked);
        if (asked === how) await signIn.forge?.(null);
      };
      return { started: { ...started, signIn: { ...signIn, forge } } };
    },
  };
}

type Refresh = NonNullable<NonNullable<Started["provider"]["login"]>["refresh"]>;
type Renewed = Awaited<ReturnType<Refresh>>;

function refreshing(
  started: Started,
  change: (renewed: Renewed, tenant: IdentityTenant | undefined) => Renewed,
) {
  const { login } = started.provider;
  const refresh = login?.refresh?.bind(login);
  if (refresh === undefined) return null;
  return withLogin(started, () => ({
    async refresh(request, tools) {
      return change(await refresh(request, tools), request.tenant);
    },
  }));
}

/** Finds the sign-in that a code was made for, and finishes that one in the name of the other. */
function believesTheCode(started: Started) {
  const { signIn } = started;
  if (signIn === undefined) return null;
  const answers = new Map<string, URL>();
  const states = new Map<string, { readonly state: FlowState; readonly flowId: string }>();
  const spoiled = withLogin(started, (login) => ({
    async start(request, tools) {
      const step = await login.start(request, tools);
      remember(request.flowId, step);
      return step;
    },
    async resume(answer, tools) {
      const origin = originOf(answer);
      const step = await login.resume(origin ?? answer, tools);
      remember(answer.flowId, step);
      return step;
    },
  }));
  function remember(flowId: string, step: LoginStep): void {
    if ("state" in step) states.set(flowId, { state: step.state, flowId });
  }
  function originOf(answer: LoginResume): LoginResume | null {
    const codes = [...answer.url.searchParams].filter(([name]) => name !== "state");
    for (const [, code] of codes) {
      const url = answers.get(code);
      const own = url && states.get(url.searchParams.get("state") ?? "");
      if (url !== undefined && own !== undefined) return { ...answer, ...own, url };
    }
    return null;
  }
  const visit: SignInControls["visit"] = async (stop) => {
    const url = await signIn.visit(stop);
    for (const [name, value] of url.searchParams) {
      if (name !== "state" && value.length > 15) answers.set(value, url);
    }
    return url;
  };
  return spoiled && { started: { ...spoiled.started, signIn: { ...signIn, visit } } };
}
