/** What examples start with. */
export { listen, readPort } from "./listen.ts";
export { openProvider, type OpenProvider } from "./provider.ts";
export { stopTogether } from "./stop.ts";
