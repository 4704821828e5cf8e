import { type IpBlock, isInBlock, parseIp, parseIpBlock } from "./ip-address.ts";

/**
 * Which addresses belong to the public Internet. Everything else is somebody's inside: a URL that a
 * stranger or a customer wrote must not make this server talk to it.
 *
 * @see {@link https://www.iana.org/assignments/iana-ipv4-special-registry IANA IPv4 special registry}
 * @see {@link https://www.iana.org/assignments/iana-ipv6-special-registry IANA IPv6 special registry}
 */

const INNER_IPV4 = blocks([
  "0.0.0.0/8", // this network
  "10.0.0.0/8", // private
  "100.64.0.0/10", // carrier-grade NAT
  "127.0.0.0/8", // loopback
  "168.63.129.16", // the host of an Azure machine
  "169.254.0.0/16", // link-local, cloud metadata
  "172.16.0.0/12", // private
  "192.0.0.0/24", // protocol assignments, cloud metadata
  "192.0.2.0/24", // documentation
  "192.88.99.0/24", // 6to4 relays
  "192.168.0.0/16", // private
  "198.18.0.0/15", // benchmarks
  "198.51.100.0/24", // documentation
  "203.0.113.0/24", // documentation
  "224.0.0.0/4", // multicast
  "240.0.0.0/4", // reserved, broadcast
]);

/** The one block that global addresses are given out from (RFC 4291 §2.4). */
const GLOBAL_IPV6 = blocks(["2000::/3"]);

/** Parts of it that are not places on the Internet, or that stand for an IPv4 address. */
const INNER_IPV6 = blocks([
  "2001::/23", // protocol assignments, Teredo
  "2001:db8::/32", // documentation
  "2002::/16", // 6to4
  "3fff::/20", // documentation
]);

/**
 * Whether an IP address, as text, is one of the public Internet. False for whatever cannot be read,
 * and for IPv6 forms that carry an IPv4 address (mapped, NAT64, 6to4, Teredo).
 */
export function isPublicAddress(text: string): boolean {
  const address = parseIp(text);
  if (address === null) return false;
  const isOneOf = (list: readonly IpBlock[]) => list.some((block) => isInBlock(address, block));
  if (!text.includes(":")) return !isOneOf(INNER_IPV4);
  return isOneOf(GLOBAL_IPV6) && !isOneOf(INNER_IPV6); // a mapped one is in neither
}

function blocks(texts: readonly string[]): readonly IpBlock[] {
  return texts.map((text) => {
    const block = parseIpBlock(text);
    if (block === null) throw new TypeError(`"${text}" is not a block of addresses.`);
    return block;
  });
}
