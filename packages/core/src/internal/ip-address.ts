/** The bytes of an IP address: 4 or 16. IPv4-mapped IPv6 (`::ffff:10.0.0.1`) counts as IPv4. */
export type IpAddress = readonly number[];

/** A block of addresses: those that share the first `bits` bits. */
export interface IpBlock {
  readonly address: IpAddress;
  readonly bits: number;
}

/** Reads an IP address in its usual written forms. Null if it is not one. */
export function parseIp(text: string): IpAddress | null {
  return text.includes(":") ? parseIpv6(text) : parseIpv4(text);
}

function parseIpv4(text: string): IpAddress | null {
  const parts = text.split(".");
  if (parts.length !== 4) return null;
  const bytes = parts.map((part) => (/^(?:0|[1-9][0-9]{0,2})$/.test(part) ? Number(part) : 256));
  return bytes.every((byte) => byte <= 255) ? bytes : null;
}

function parseIpv6(text: string): IpAddress | null {
  // The URL parser validates, and writes every form, dotted tails included, in one way (RFC 5952).
  if (!/^[0-9a-f:.]+$/i.test(text) || !URL.canParse(`http://[${text}]/`)) return null;
  const canonical = new URL(`http://[${text}]/`).hostname.slice(1, -1);
  const [head = "", tail] = canonical.split("::");
  const left = groups(head);
  const right = tail === undefined ? [] : groups(tail);
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => 0);
  const bytes = [...left, ...zeros, ...right].flatMap((group) => [group >> 8, group & 0xff]);
  const mapped =
    bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255;
  return mapped ? bytes.slice(12) : bytes;
}

function groups(text: string): number[] {
  return text === "" ? [] : text.split(":").map((group) => Number.parseInt(group, 16));
}

/** Reads `10.0.0.0/8`, `fd00::/8` or a single address. Null if it is neither. */
export function parseIpBlock(text: string): IpBlock | null {
  const [written = "", length, ...rest] = text.split("/");
  const address = parseIp(written);
  if (address === null || rest.length > 0) return null;
  if (length === undefined) return { address, bits: address.length * 8 };
  const bits = /^[0-9]{1,3}$/.test(length) ? Number(length) : Number.NaN;
  return bits >= 0 && bits <= address.length * 8 ? { address, bits } : null;
}

/** Whether an address lies in a block. IPv4 and IPv6 never lie in each other's. */
export function isInBlock(address: IpAddress, block: IpBlock): boolean {
  if (address.length !== block.address.length) return false;
  return address.every((byte, index) => {
    const bits = Math.min(8, Math.max(0, block.bits - index * 8));
    const mask = (0xff << (8 - bits)) & 0xff;
    return (byte & mask) === ((block.address[index] ?? 0) & mask);
  });
}
