/**
 * The 56-bit thresholds and randomness of OpenTelemetry's consistent probability sampling. Source: specification
 * `trace/tracestate-probability-sampling`; the results equal those of the Go module
 * `opentelemetry-collector-contrib/pkg/sampling`.
 *
 * Both are kept as 14 lower-case hexadecimal digits: comparing two of them as text compares the numbers, exactly, where a
 * JavaScript number has only 53 bits. An item is kept when its randomness is not below the threshold.
 */

/** Rejects nothing: probability 1. */
export const ALWAYS = '00000000000000';

/** 2^56: thresholds count the rejected out of as many values of randomness. */
const RANGE = 1n << 56n;
const DIGITS = 14;
/** Digits of a threshold that say enough; more are added where the leading ones are all `0` or `f`. */
export const DEFAULT_PRECISION = 4;

export type DecodedDigits = { ok: true; value: string } | { ok: false; code: 'empty' | 'size' | 'syntax' };

/** A `th` value: 1 to 14 hexadecimal digits, of which trailing zeros may be left out. Upper case is understood, too. */
export function decodeThreshold(text: string): DecodedDigits {
  if (text.length > DIGITS) return { ok: false, code: 'size' };
  if (text === '') return { ok: false, code: 'empty' };
  if (!/^[0-9a-fA-F]+$/.test(text)) return { ok: false, code: 'syntax' };
  return { ok: true, value: text.toLowerCase().padEnd(DIGITS, '0') };
}

/** A threshold as `th` value: without trailing zeros, but with the leading ones, which weigh most. */
export function encodeThreshold(threshold: string): string {
  return threshold.replace(/0+$/, '') || '0';
}

/** An `rv` value: exactly 14 hexadecimal digits. */
export function decodeRandomness(text: string): DecodedDigits {
  if (text.length !== DIGITS) return { ok: false, code: 'size' };
  return /^[0-9a-fA-F]+$/.test(text) ? { ok: true, value: text.toLowerCase() } : { ok: false, code: 'syntax' };
}

/** The randomness of a trace without `rv`: the last 56 bits of its id (32 lower-case hexadecimal digits). */
export function randomnessOfTrace(traceId: string): string {
  return traceId.slice(-DIGITS);
}

/** The randomness of any other unit: the first 56 bits of the SHA-256 of its key, given in hexadecimal. */
export function randomnessOfHash(sha256: string): string {
  return sha256.slice(0, DIGITS);
}

export function isKept(randomness: string, threshold: string): boolean {
  return randomness >= threshold;
}

/**
 * The threshold that keeps a probability from 2^-56 to 1, rounded to `precision` significant digits (0 is 14); null outside
 * of that range.
 */
export function thresholdOf(probability: number, precision: number = DEFAULT_PRECISION): string | null {
  if (!(probability >= 2 ** -56 && probability <= 1)) return null;
  if (probability === 1) return ALWAYS;
  const wanted = precision === 0 ? DIGITS : precision;
  const digits = Math.min(
    DIGITS,
    Math.max(wanted + Math.trunc(exponentOf(probability) / -4), wanted + Math.trunc(exponentOf(1 - probability) / -4)),
  );
  let threshold = RANGE - BigInt(roundHalfAway(probability * 2 ** 56));
  const shift = BigInt(4 * (DIGITS - digits));
  if (shift > 0n) threshold = ((threshold + (1n << (shift - 1n))) >> shift) << shift;
  return threshold.toString(16).padStart(DIGITS, '0');
}

export function probabilityOf(threshold: string): number {
  return Number(RANGE - BigInt(`0x${threshold}`)) / 2 ** 56;
}

/** How many items a kept one stands for. */
export function adjustedCount(threshold: string): number {
  return 1 / probabilityOf(threshold);
}

/** The exponent e of x = f × 2^e with f in [½, 1), as C's and Go's `frexp` give it, for x in (0, 1]. */
function exponentOf(x: number): number {
  let exponent = Math.ceil(Math.log2(x));
  // The logarithm is rounded: step to the exact power.
  while (2 ** exponent <= x) exponent += 1;
  while (2 ** (exponent - 1) > x) exponent -= 1;
  return exponent;
}

/** Go's math.Round; Math.round would add a half first, which is not exact here. */
function roundHalfAway(x: number): number {
  const floor = Math.floor(x);
  return x - floor >= 0.5 ? floor + 1 : floor;
}
