/**
 * Exact rational numbers. Thresholds are products of objectives, budget shares and window lengths; in binary floating point
 * `1 − 0.999` would reach the rules as `0.0010000000000000009`.
 */
export interface Rational {
  readonly num: bigint;
  /** Always positive; the fraction is in lowest terms. */
  readonly den: bigint;
}

const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/;

/** Decimal digits after which a number without a finite decimal form (1/3) is rounded. */
const MAX_DIGITS = 15;

export function rational(num: bigint | number, den: bigint | number = 1n): Rational {
  const [n, d] = [BigInt(num), BigInt(den)];
  if (d === 0n) throw new RangeError('a rational needs a denominator other than zero');
  const divisor = gcd(n < 0n ? -n : n, d < 0n ? -d : d) * (d < 0n ? -1n : 1n);
  return { num: n / divisor, den: d / divisor };
}

/** Reads a decimal as it is written (`0.999`, `99.9`, `1e-3`); null when it is none. */
export function parseDecimal(text: string): Rational | null {
  const match = DECIMAL.exec(text.trim());
  if (match === null) return null;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  if (whole + fraction === '') return null;
  const scale = Number(exponent) - fraction.length;
  const digits = BigInt(sign + whole + fraction);
  return scale >= 0 ? rational(digits * 10n ** BigInt(scale)) : rational(digits, 10n ** BigInt(-scale));
}

/** A decimal literal of the code itself; throws on a typo. */
export function decimal(text: string): Rational {
  const value = parseDecimal(text);
  if (value === null) throw new RangeError(`not a decimal: ${text}`);
  return value;
}

export const add = (a: Rational, b: Rational): Rational => rational(a.num * b.den + b.num * a.den, a.den * b.den);
export const subtract = (a: Rational, b: Rational): Rational => rational(a.num * b.den - b.num * a.den, a.den * b.den);
export const multiply = (a: Rational, b: Rational): Rational => rational(a.num * b.num, a.den * b.den);
export const divide = (a: Rational, b: Rational): Rational => rational(a.num * b.den, a.den * b.num);
export const maximum = (a: Rational, b: Rational): Rational => (compare(a, b) >= 0 ? a : b);

/** Negative, zero or positive, as for `Array.sort`. */
export function compare(a: Rational, b: Rational): number {
  const difference = a.num * b.den - b.num * a.den;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

export const ONE = rational(1n);
export const ZERO = rational(0n);

/** Rounded to the nearest double. For arithmetic that ends in a statistic, never for what is printed. */
export const toNumber = (value: Rational): number => Number(format(value, 25));

/** Shortest exact decimal; rounded half up after `maxDigits` places where there is none. */
export function format(value: Rational, maxDigits = MAX_DIGITS): string {
  const negative = value.num < 0n;
  const scale = 10n ** BigInt(maxDigits);
  const magnitude = negative ? -value.num : value.num;
  const scaled = (2n * magnitude * scale + value.den) / (2n * value.den);
  const whole = scaled / scale;
  const fraction = (scaled % scale).toString().padStart(maxDigits, '0').replace(/0+$/, '');
  return `${negative && scaled > 0n ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}

function gcd(a: bigint, b: bigint): bigint {
  return b === 0n ? a : gcd(b, a % b);
}
