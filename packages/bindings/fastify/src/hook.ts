import type { NodeHead, NodeRequest } from "@tenantry/core/node";

/** What of Fastify's request a hook reads, whatever types its route has. */
export interface HookRequest {
  readonly raw: NodeRequest;
  readonly params: unknown;
}

/** What of Fastify's reply a hook uses, whatever types its route has. */
export interface HookReply {
  readonly raw: NodeHead & { appendHeader(name: string, value: string): unknown };
  readonly sent: boolean;
  statusCode: number;
  getHeader(name: string): number | string | string[] | undefined;
  header(name: string, value: string): unknown;
  send(payload: unknown): unknown;
}

/** A hook for the phases `onRequest`, `preValidation` and `preHandler` of any route. */
export type FastifyHook = (request: HookRequest, reply: HookReply) => Promise<unknown>;
