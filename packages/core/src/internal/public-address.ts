/**
 * Which addresses belong to the public Internet. Everything else is somebody's inside: a URL that a
 * stranger or a customer wrote must not make this server talk to it.
 *
 * @see {@link https://www.iana.org/assignments/iana-ipv4-special-registry IANA IPv4 special registry}
 * @see {@link https://www.iana.org/assignments/iana-ipv6-special-registry IANA IPv6 special registry}
 */

type Range = readonly [prefix: readonly number[], bits: number];

const INNER_IPV4: readonly Range[] = [
  [[0], 8], // this network
  [[10], 8], // private
  [[100, 64], 10], // carrier-grade NAT
  [[127], 8], // loopback
  [[169, 254], 16], // link-local, cloud metadata
  [[172, 16], 12], // private
  [[192, 0, 0], 24], // protocol assignments, cloud metadata
  [[192, 0, 2], 24], // documentation
  [[192, 88, 99], 24], // 6to4 relays
  [[192, 168], 16], // private
  [[198, 18], 15], // benchmarks
  [[198, 51, 100], 24], // documentation
  [[203, 0, 113], 24], // documentation
  [[168, 63, 129, 16], 32], // the host of an Azure machine
  [[224], 4], // multicast
  [[240], 4], // reserved, broadcast
];

/** The one block that global addresses are given out from (RFC 4291 §2.4). */
const GLOBAL_IPV6: Range = [[0x20], 3];

/** Parts of it that are not places on the Internet, or that stand for an IPv4 address. */
const INNER_IPV6: readonly Range[] = [
  [[0x20, 0x01, 0x00], 23], // protocol assignments, Teredo
  [[0x20, 0x01, 0x0d, 0xb8], 32], // documentation
  [[0x20, 0x02], 16], // 6to4
  [[0x3f, 0xff, 0x00], 20], // documentation
];

/** Whether this is an IP address, not a name. Brackets are not part of it. */
export function isIpAddress(host: string): boolean {
  return parseIpv4(host) !== null || host.includes(":");
}

/**
 * Whether an IP address, as text, is one of the public Internet. False for whatever cannot be read,
 * and for IPv6 forms that carry an IPv4 address (mapped, NAT64, 6to4, Teredo).
 */
export function isPublicAddress(address: string): boolean {
  const ipv4 = parseIpv4(address);
  if (ipv4 !== null) return !INNER_IPV4.some((range) => isWithin(ipv4, range));
  const ipv6 = parseIpv6(address);
  if (ipv6 === null) return false;
  return isWithin(ipv6, GLOBAL_IPV6) && !INNER_IPV6.some((range) => isWithin(ipv6, range));
}

function isWithin(bytes: readonly number[], [prefix, bits]: Range): boolean {
  for (let index = 0; index * 8 < bits; index += 1) {
    const mask = 0xff & (0xff << Math.max(0, 8 - (bits - index * 8)));
    if (((bytes[index] ?? 0) & mask) !== ((prefix[index] ?? 0) & mask)) return false;
  }
  return true;
}

/** Four plain decimal numbers. Other spellings are left to the URL parser, which rewrites them. */
function parseIpv4(text: string): readonly number[] | null {
  const parts = text.split(".");
  if (parts.length !== 4) return null;
  const bytes = parts.map((part) => (/^(0|[1-9]\d{0,2})$/.test(part) ? Number(part) : NaN));
  return bytes.every((byte) => byte <= 255) ? bytes : null;
}

function parseIpv6(text: string): readonly number[] | null {
  if (!/^[0-9a-fA-F:.]+$/.test(text)) return null; // no zone: it names an interface of this machine
  const [head = "", tail, ...more] = text.split("::");
  if (more.length > 0) return null;
  const front = parseGroups(head);
  if (front === null) return null;
  if (tail === undefined) return front.length === 16 ? front : null;
  const back = parseGroups(tail);
  if (back === null || front.length + back.length > 14) return null;
  return [...front, ...Array<number>(16 - front.length - back.length).fill(0), ...back];
}

function parseGroups(text: string): readonly number[] | null {
  if (text === "") return [];
  const bytes: number[] = [];
  const groups = text.split(":");
  for (const [index, group] of groups.entries()) {
    const ipv4 = index === groups.length - 1 ? parseIpv4(group) : null;
    if (ipv4 !== null) {
      bytes.push(...ipv4);
    } else if (/^[0-9a-fA-F]{1,4}$/.test(group)) {
      const value = Number.parseInt(group, 16);
      bytes.push(value >> 8, value & 0xff);
    } else {
      return null;
    }
  }
  return bytes;
}
