import { isInBlock, parseIp, parseIpBlock } from "../internal/ip-address.ts";
import type { ProxyTest } from "./public-host.ts";

/** Makes the test for listed proxies. Throws `TypeError` for an entry that is no address or CIDR block. */
export function trustedProxies(list: readonly string[]): ProxyTest {
  const blocks = list.map((entry) => {
    const block = parseIpBlock(entry);
    if (block === null) {
      throw new TypeError(
        `Option "trustedProxies": "${entry}" is not an IP address or CIDR block.`,
      );
    }
    return block;
  });
  return (address) => {
    if (address === undefined || blocks.length === 0) return false;
    const ip = parseIp(address);
    return ip !== null && blocks.some((block) => isInBlock(ip, block));
  };
}
