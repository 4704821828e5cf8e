export {
  fastifyAuth,
  type ContextOf,
  type FastifyAuth,
  type FastifyMount,
  type FastifyPluginSettings,
} from "./fastify-auth.ts";
export type { FastifyHook } from "./hook.ts";
