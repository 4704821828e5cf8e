export { expressAuth, type ExpressAuth, type ExpressMount } from "./express-auth.ts";
