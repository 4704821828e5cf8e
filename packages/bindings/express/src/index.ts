export {
  expressAuth,
  type ExpressAuth,
  type ExpressHandler,
  type ExpressMount,
} from "./express-auth.ts";
