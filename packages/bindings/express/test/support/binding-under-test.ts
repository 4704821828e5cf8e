import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type {
  BindingUnderTest,
  SuiteAnswer,
  SuiteApp,
  SuiteAuth,
  SuiteHandler,
  SuiteMount,
  SuitePermission,
  SuiteStep,
} from "@tenantry/binding-suite";
import { expressAuth, type ExpressAuth } from "@tenantry/express";
import express, { type Express, type RequestHandler, type Response } from "express";
import { differences } from "./differences.ts";
import { serve } from "./server.ts";

/** Express 5, with a `trust proxy` that must not matter. */
export const expressBinding: BindingUnderTest = {
  name: "Express",
  serve: (auth, app) => serve(appOf(auth, app)),
  differences,
};

type Binding = ExpressAuth<SuitePermission>;

function appOf(auth: SuiteAuth, { steps }: SuiteApp): Express {
  const app = express();
  app.set("env", "test"); // Express then does not print what the suite makes fail
  // The developer may have good reasons for this. It must not reach authentication.
  app.set("trust proxy", true);
  const bindings = new Map<SuiteAuth, Binding>();
  const bindingOf = (wanted: SuiteAuth = auth): Binding => {
    const binding = bindings.get(wanted) ?? expressAuth(wanted);
    bindings.set(wanted, binding);
    return binding;
  };
  for (const step of steps) addStep(app, step, bindingOf);
  return app;
}

function addStep(app: Express, step: SuiteStep, bindingOf: (auth?: SuiteAuth) => Binding): void {
  switch (step.kind) {
    case "bodyParsers":
      app.use(express.json({ limit: "2mb" }), express.urlencoded({ extended: true }));
      break;
    case "middleware":
      app.use((req, res, next) => {
        const touch = step.run({ method: req.method, header: (name) => req.get(name) });
        setHeaders(res, touch.headers);
        if (touch.status === undefined) next();
        else res.status(touch.status).end();
      });
      break;
    case "forge":
      app.use((req, _res, next) => {
        for (const name of step.names) Reflect.set(req, name, step.value);
        next();
      });
      break;
    case "authenticate":
      app.use(bindingOf(step.auth).authenticate(step.mount));
      break;
    case "authRoutes":
      app.use("/auth", bindingOf().authRoutes());
      break;
    case "route": {
      const binding = bindingOf(step.auth);
      const first = step.authenticate === undefined ? [] : [own(bindingOf(), step.authenticate)];
      const guards = step.guards.map((guard): RequestHandler => {
        const { requireAuth, requireTenant, requirePermission } = bindingOf(guard.auth);
        if (guard.kind === "requireAuth") return requireAuth();
        if (guard.kind === "requireTenant") return requireTenant();
        return requirePermission(...guard.permissions);
      });
      const method = step.method === "GET" ? "get" : "post";
      app[method](step.path, ...first, ...guards, handlerOf(binding, step.handle));
      break;
    }
    case "fallback":
      app.use(handlerOf(bindingOf(), step.handle));
      break;
  }
}

function own({ authenticate }: Binding, mount: SuiteMount): RequestHandler {
  return authenticate(mount);
}

function handlerOf({ get, tenantContext }: Binding, handle: SuiteHandler): RequestHandler {
  return async (req, res) => {
    const param = (name: string) => {
      const value = req.params[name];
      return typeof value === "string" ? value : undefined;
    };
    await send(
      res,
      await handle({
        get context() {
          return get(req);
        },
        tenantContext: () => tenantContext(req),
        param,
      }),
    );
  };
}

async function send(
  res: Response,
  { status = 200, headers = [], body, isNative }: SuiteAnswer,
): Promise<void> {
  if (isNative === true) {
    const cookies = headers.filter(([name]) => name === "set-cookie");
    for (const [name, value] of cookies) res.appendHeader(name, value);
    res.writeHead(status, Object.fromEntries(headers.filter(([name]) => name !== "set-cookie")));
    res.end(body);
    return;
  }
  setHeaders(res, headers);
  res.status(status);
  if (typeof body === "string") res.send(body);
  else await pipeline(Readable.from(body), res);
}

function setHeaders(res: Response, headers: readonly (readonly [string, string])[]): void {
  for (const [name, value] of headers) {
    if (name === "vary") res.vary(value);
    else if (name === "set-cookie") res.append(name, value);
    else res.set(name, value);
  }
}
