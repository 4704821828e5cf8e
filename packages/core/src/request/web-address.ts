/** Whether an address that an adapter gave is one a browser may be sent to. */
export function isWebAddress(location: string): boolean {
  if (!URL.canParse(location)) return false;
  const { protocol } = new URL(location);
  return protocol === "https:" || protocol === "http:";
}
