import type { Json } from '@cnapp-slo/model';

/** The shortest run of digits that may not be a safe integer. */
const LONG_DIGITS = 16;
const INTEGER = /^-?[0-9]{16,}$/;

/**
 * `JSON.parse` that loses no digits: an integer beyond 2^53 comes back as its decimal string (Falco's nanoseconds, wrapped unsigned durations).
 * The reviver that sees source text costs a factor of ten, so it runs only when the text has a run of 16 digits. Undefined when the text is no JSON.
 */
export function parseLossless(text: string, mayBeLong = hasLongInteger(text)): Json | undefined {
  try {
    return (mayBeLong ? JSON.parse(text, keepLongInteger) : JSON.parse(text)) as Json;
  } catch {
    return undefined;
  }
}

/** Whether `parseLossless` has to look closely at any part of the text. */
export function hasLongInteger(text: string): boolean {
  // A run of this many covers one of every so many characters: only those are looked at.
  for (let at = LONG_DIGITS - 1; at < text.length; at += LONG_DIGITS) {
    if (!isDigit(text, at)) continue;
    let from = at;
    while (isDigit(text, from - 1)) from -= 1;
    let end = at + 1;
    while (end - from < LONG_DIGITS && isDigit(text, end)) end += 1;
    if (end - from >= LONG_DIGITS) return true;
  }
  return false;
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 0x30 && code <= 0x39;
}

function keepLongInteger(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
  const source = context?.source;
  return source !== undefined && INTEGER.test(source) ? source : value;
}

/** The texts of JSON values written one after the other (pretty-printed or not); undefined when a value is unbalanced or text stands between them. */
export function splitConcatenated(text: string): string[] | undefined {
  const values: string[] = [];
  let depth = 0;
  let start = -1;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code === 0x22) {
      i = depth === 0 ? -1 : endOfString(text, i + 1);
      if (i === -1) return undefined;
    } else if (code === 0x7b || code === 0x5b) {
      if (depth === 0) start = i;
      depth += 1;
    } else if (code === 0x7d || code === 0x5d) {
      depth -= 1;
      if (depth < 0) return undefined;
      if (depth === 0) values.push(text.slice(start, i + 1));
    } else if (depth === 0 && code > 0x20 && code !== 0x2c && code !== 0x1e) {
      return undefined;
    }
  }
  return depth === 0 ? values : undefined;
}

/** The closing quote: one that an even number of backslashes precedes. -1 when there is none. */
function endOfString(text: string, from: number): number {
  for (let end = text.indexOf('"', from); end !== -1; end = text.indexOf('"', end + 1)) {
    let escapes = 0;
    while (text.charCodeAt(end - 1 - escapes) === 0x5c) escapes += 1;
    if (escapes % 2 === 0) return end;
  }
  return -1;
}

/** A string, or what people add to JSON that JSON does not know: line comments, and commas before a closing bracket. */
const RELAXED = /"(?:[^"\\]|\\.)*"|\/\/[^\n]*|,(?=\s*[}\]])/g;

/** JSON with comments or trailing commas, as published samples have them. Tried last, on what is no JSON. */
export function parseRelaxed(text: string): Json | undefined {
  return parseLossless(text.replace(RELAXED, (token) => (token.startsWith('"') ? token : '')));
}
