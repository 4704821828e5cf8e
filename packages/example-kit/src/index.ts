/** What examples start with. */
export { installApart } from "./install-apart.ts";
export { listen, readPort } from "./listen.ts";
export { openProvider, type OpenProvider } from "./provider.ts";
export { stopTogether } from "./stop.ts";
