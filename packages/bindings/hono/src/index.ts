export {
  honoAuth,
  type HonoAuth,
  type HonoAuthEnv,
  type HonoAuthOptions,
  type HonoMount,
} from "./hono-auth.ts";
