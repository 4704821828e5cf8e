import { createHash, randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createKeys, type Keys, type Signer } from "./keys.ts";

/** Somebody's place in a workspace. */
export interface Place {
  readonly workspace: string;
  readonly role: string;
  readonly active: boolean;
}

/** A person of Acme ID. */
export interface Person {
  readonly id: string;
  readonly email: string;
  readonly verified: boolean;
  readonly places: Map<string, Place>;
}

/** A tiny Acme ID that runs on this machine: people, workspaces, sign-in and keys. */
export interface AcmeVendor {
  readonly url: string;
  readonly people: Map<string, Person>;
  readonly machines: Map<string, Place | null>;
  keys(): Keys;
  rotate(keepOld: boolean): void;
  /** What an honest pass of a person, or of a machine, says. */
  claims(wish: Pass): Readonly<Record<string, unknown>>;
  /** Lets every address fail; null: as before. */
  fail(mode: "error" | "hang" | "unreachable" | null): void;
  requests(): number;
  /** Changes the login passes that leave this server. */
  bend(change: ((claims: Readonly<Record<string, unknown>>, sign: Signer) => string) | null): void;
  close(): Promise<void>;
}

/** Whom a pass is for. */
export interface Pass {
  readonly use: "person" | "machine" | "login";
  readonly subject: string;
  readonly workspace?: string | undefined;
  readonly audience: string;
  readonly nonce?: string;
}

interface Grant {
  readonly email: string;
  readonly workspace: string | undefined;
  readonly challenge: string;
  readonly nonce: string;
}

/** Starts an Acme ID with one app. */
export async function startAcmeVendor(app: {
  readonly id: string;
  readonly secret: string;
  readonly returnTo: string;
}): Promise<AcmeVendor> {
  const people = new Map<string, Person>();
  const machines = new Map<string, Place | null>();
  const grants = new Map<string, Grant>();
  let keys = createKeys(null);
  let mode: "error" | "hang" | "unreachable" | null = null;
  let bend: Parameters<AcmeVendor["bend"]>[0] = null;
  let requests = 0;

  const vendor: AcmeVendor = {
    url: "",
    people,
    machines,
    keys: () => keys,
    rotate(keepOld) {
      keys = createKeys(keys, keepOld);
    },
    claims({ use, subject, workspace, audience, nonce }) {
      const now = Math.floor(Date.now() / 1000);
      const person = people.get(subject);
      const place = use === "machine" ? machines.get(subject) : person?.places.get(workspace ?? "");
      return {
        iss: vendor.url,
        aud: audience,
        sub: person?.id ?? subject,
        use,
        iat: now,
        exp: now + 300,
        ...(place ? { workspace: place.workspace, role: place.role } : {}),
        ...(person ? { email: person.email, email_verified: person.verified } : {}),
        ...(nonce === undefined ? {} : { nonce }),
      };
    },
    fail(next) {
      mode = next;
    },
    requests: () => requests,
    bend(change) {
      bend = change;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };

  /** What the person filled in on the sign-in page: `person`, `workspace` or `cancel`. */
  function signIn(query: URLSearchParams, form: URLSearchParams): URL | null {
    const back = URL.parse(query.get("return_to") ?? "");
    if (back?.href !== app.returnTo || query.get("app") !== app.id) return null;
    back.searchParams.set("state", query.get("state") ?? "");
    const person = people.get(form.get("person") ?? "");
    const wanted = query.get("workspace") ?? form.get("workspace") ?? undefined;
    const isMember = wanted === undefined || person?.places.get(wanted)?.active === true;
    if (person === undefined || !isMember || form.has("cancel")) {
      back.searchParams.set("error", "access_denied");
      return back;
    }
    const code = randomUUID();
    const [challenge, nonce] = [query.get("challenge") ?? "", query.get("state") ?? ""];
    grants.set(code, { email: person.email, workspace: wanted, challenge, nonce });
    back.searchParams.set("code", code);
    return back;
  }

  /** A code for a login pass, once. */
  function exchange(body: Readonly<Record<string, unknown>>): string | null {
    const grant = grants.get(String(body["code"]));
    if (body["app"] !== app.id || body["secret"] !== app.secret || grant === undefined) return null;
    grants.delete(String(body["code"]));
    const challenge = createHash("sha256").update(String(body["verifier"])).digest("base64url");
    if (challenge !== grant.challenge || !people.has(grant.email)) return null;
    const { email: subject, workspace, nonce } = grant;
    const claims = vendor.claims({ use: "login", subject, workspace, audience: app.id, nonce });
    return bend === null ? keys.sign(claims) : bend(claims, keys.sign);
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    requests += 1;
    if (mode === "hang") return;
    if (mode === "unreachable") {
      request.socket.destroy();
      return;
    }
    const url = new URL(request.url ?? "/", vendor.url);
    const body = await readText(request);
    if (mode === "error") json(response, 500, {});
    else if (url.pathname === "/keys") json(response, 200, { keys: keys.published });
    else if (url.pathname === "/login") {
      const back = signIn(url.searchParams, new URLSearchParams(body));
      if (back === null) json(response, 400, { error: "unknown_app" });
      else response.writeHead(303, { location: back.href }).end();
    } else if (url.pathname === "/exchange") {
      const pass = exchange(JSON.parse(body));
      json(response, pass === null ? 400 : 200, pass === null ? { error: "refused" } : { pass });
    } else json(response, 404, {});
  }

  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a listening TCP server has one
  const { port } = server.address() as AddressInfo;
  return Object.assign(vendor, { url: `http://127.0.0.1:${port}` });
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString();
}
