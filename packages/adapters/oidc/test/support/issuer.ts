import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, SignJWT, type JWTPayload } from "jose";

/** What a scripted endpoint answers. A string body is sent as it is. */
export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export type Endpoint = (request: {
  readonly form: URLSearchParams;
  readonly headers: IncomingMessage["headers"];
}) => Answer | Promise<Answer>;

/** A bare issuer whose every answer a test writes itself. */
export interface ScriptedIssuer {
  readonly issuer: string;
  /** Path to answer. Metadata and keys are there from the start. */
  readonly endpoints: Map<string, Endpoint>;
  readonly metadata: Record<string, unknown>;
  readonly requests: string[];
  sign(claims: JWTPayload, header?: Record<string, unknown>): Promise<string>;
  close(): Promise<void>;
}

export async function startScriptedIssuer(): Promise<ScriptedIssuer> {
  const { privateKey, publicKey } = await generateKeyPair("RS256");
  const jwk = { ...(await exportJWK(publicKey)), kid: "one", alg: "RS256", use: "sig" };
  const requests: string[] = [];
  const endpoints = new Map<string, Endpoint>();
  const server: Server = createServer((request, response) => {
    void (async () => {
      const { pathname } = new URL(request.url ?? "/", "http://localhost");
      requests.push(`${request.method} ${pathname}`);
      const chunks: Uint8Array[] = [];
      for await (const chunk of request) chunks.push(chunk as Uint8Array);
      const form = new URLSearchParams(Buffer.concat(chunks).toString());
      const endpoint = endpoints.get(pathname);
      const answer = endpoint
        ? await endpoint({ form, headers: request.headers })
        : { status: 404 };
      const { status = 200, headers, body = {} } = answer;
      response.writeHead(status, { "content-type": "application/json", ...headers });
      response.end(typeof body === "string" ? body : JSON.stringify(body));
    })();
  });
  await new Promise<void>((listening) => server.listen(0, "localhost", listening));
  const issuer = `http://localhost:${(server.address() as AddressInfo).port}`;
  const metadata: Record<string, unknown> = {
    issuer,
    jwks_uri: `${issuer}/jwks`,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
  };
  endpoints.set("/.well-known/openid-configuration", () => ({ body: metadata }));
  endpoints.set("/jwks", () => ({ body: { keys: [jwk] } }));
  return {
    issuer,
    endpoints,
    metadata,
    requests,
    sign: (claims, header = {}) =>
      new SignJWT(claims)
        .setProtectedHeader({ alg: "RS256", kid: "one", ...header })
        .sign(privateKey),
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}
