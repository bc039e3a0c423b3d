/** RFC 1918, RFC 6598, unique local and link-local addresses: what is inside. */
const INSIDE =
  /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|169\.254\.|f[cd][0-9a-f]{2}:|fe80:)/i;

/** Of two ends of a connection the one that is ours: the inner one where only one is inside, else the destination, which most signatures protect. */
export function protectedSide(source: string | undefined, destination: string | undefined): string | undefined {
  const [inner, ...others] = [source, destination].filter((address) => address !== undefined && INSIDE.test(address));
  return others.length === 0 && inner !== undefined ? inner : (destination ?? source);
}
