import type { Json, Rejection } from '@cnapp-slo/model';
import { hasLongInteger, parseLossless, parseRelaxed, splitConcatenated } from './json.ts';
import { LIMITS } from './limits.ts';
import { looksLikeCsvHeader, parseCsv, parseZeekTsv } from './tables.ts';
import { parseXml } from './xml.ts';
import { looksLikeYaml, type Parsed, parseYaml } from './yaml.ts';

interface ParsedText extends Parsed {
  /** For values that came out of a line with a prefix (CRI, syslog): the time that the prefix gives. */
  timeText?: Map<Json, string>;
}

/**
 * The values in a text of any of the ways in which tools write them: one JSON value, NDJSON, concatenated JSON, text with JSON lines in it, YAML documents,
 * XML, Zeek TSV, CSV. A text that is none of these comes back as one string.
 */
export function parseText(text: string, path: string | undefined): ParsedText {
  const trimmed = text.trim();
  if (trimmed === '') return { values: [], rejections: [] };
  const first = trimmed.charCodeAt(0);
  if (first === 0x7b || first === 0x5b || first === 0x22) {
    const value = parseLossless(trimmed);
    if (value !== undefined) return { values: [value], rejections: [] };
    return parseJsonText(trimmed);
  }
  // GitHub's and Slack's form encoding.
  if (trimmed.startsWith('payload=%7B')) return formValues(trimmed);
  if (trimmed.startsWith('#separator')) return { values: parseZeekTsv(trimmed), rejections: [] };
  if (first === 0x3c && /^<(\?xml|!--|[a-z:]+[ >])/i.test(trimmed)) return xmlValues(trimmed);
  if (looksLikeYaml(trimmed, path)) return parseYaml(trimmed);
  const firstLine = trimmed.slice(0, trimmed.indexOf('\n') === -1 ? undefined : trimmed.indexOf('\n'));
  if (trimmed.includes('\n') && looksLikeCsvHeader(firstLine)) return { values: parseCsv(trimmed), rejections: [] };
  return parseLines(trimmed);
}

/** Only samples and hand-written files need leniency, and those are small. */
const MAX_RELAXED = 256 * 1024;

/** Text that begins as JSON but is not one value: NDJSON if its first line is JSON, else concatenated values, else line by line. */
function parseJsonText(text: string): ParsedText {
  const end = text.indexOf('\n');
  if (end !== -1 && parseLossless(text.slice(0, end)) !== undefined) return parseLines(text);
  if (text.length < MAX_RELAXED) {
    const relaxed = parseRelaxed(text);
    if (relaxed !== undefined) return { values: [relaxed], rejections: [] };
  }
  const isLong = hasLongInteger(text);
  const parts = splitConcatenated(text)?.map((part) => parseLossless(part, isLong));
  if (parts !== undefined && parts.length > 0 && parts.every((part) => part !== undefined))
    return { values: parts, rejections: [] };
  const whole = parseChunks(text);
  return whole.values.length > 0 ? whole : parseLines(text);
}

/** Values that each begin a line, some of them broken: those are rejected one by one. Text that follows a value is no part of it. */
function parseChunks(text: string): ParsedText {
  const values: Json[] = [];
  const rejections: Rejection[] = [];
  const starts = [0, ...Array.from(text.matchAll(/\n(?=[{[])/g), ({ index }) => index + 1)];
  starts.forEach((start, i) => {
    const chunk = text.slice(start, starts[i + 1]);
    const value = parseTo(chunk, '}') ?? parseTo(chunk, ']');
    if (value !== undefined) values.push(value);
    else if (rejections.length < LIMITS.reportedLines)
      rejections.push({ code: 'peel.json', message: `value ${i + 1} is no JSON` });
  });
  return { values, rejections };
}

function parseTo(text: string, close: string): Json | undefined {
  const end = text.lastIndexOf(close) + 1;
  return end === 0 ? undefined : parseLossless(text.slice(0, end));
}

/** Line by line: JSON lines are kept, broken ones rejected one by one, other text is skipped; a text without any JSON is one string. */
function parseLines(text: string): ParsedText {
  // First, because lines inside a pretty-printed value can look like values of their own (`"report": {}`).
  const block = parseBlock(text);
  if (block.values.length > 0) return block;
  const values: Json[] = [];
  const rejections: Rejection[] = [];
  const timeText = new Map<Json, string>();
  let bad = 0;
  let number = 0;
  for (let from = 0; from <= text.length; ) {
    const newline = text.indexOf('\n', from);
    const line = text.slice(from, newline === -1 ? text.length : newline).trim();
    from = newline === -1 ? text.length + 1 : newline + 1;
    number += 1;
    const found = jsonOfLine(line);
    if (found !== undefined) {
      values.push(found.value);
      const time = prefixTime(line.slice(0, found.start));
      if (time !== undefined) timeText.set(found.value, time);
    } else if (line.charCodeAt(0) === 0x7b) {
      bad += 1;
      if (bad <= LIMITS.reportedLines) rejections.push({ code: 'peel.json', message: `line ${number} is no JSON` });
    }
  }
  if (bad > LIMITS.reportedLines) {
    rejections.push({ code: 'peel.json', message: `${bad - LIMITS.reportedLines} more lines are no JSON` });
  }
  if (values.length === 0 && bad === 0) return { values: [text], rejections };
  return { values, rejections, timeText };
}

/** Brackets of a prefix (`app[1]:`, `[INFO]`) that may precede a line's JSON. */
const MAX_PREFIX_BRACKETS = 4;

/** The object, or list of objects, that ends a line after whatever prefix a logger wrote. */
function jsonOfLine(text: string): { value: Json; start: number } | undefined {
  // A list that was cut leaves its items' commas.
  const line = text.endsWith(',') ? text.slice(0, -1) : text;
  const last = line.charCodeAt(line.length - 1);
  if (last !== 0x7d && last !== 0x5d) return undefined;
  let start = -1;
  for (let tries = 0; tries <= MAX_PREFIX_BRACKETS; tries += 1) {
    const next = line.slice(start + 1).search(/[{[]/);
    if (next === -1) return undefined;
    start += next + 1;
    const value = parseLossless(start === 0 ? line : line.slice(start));
    if (typeof value === 'object' && value !== null && (start === 0 || isStructured(value))) return { value, start };
    // A line that begins as an object and is none is broken; only prefixes are looked past.
    if (start === 0 && line.charCodeAt(0) === 0x7b) return undefined;
  }
  return undefined;
}

/** Pretty-printed values after lines of other text, as when a tool's log and its report share a stream. */
function parseBlock(text: string): ParsedText {
  const start = /^[{[]\s*$/m.exec(text)?.index;
  // Values that are lines of their own come before it: then everything is read by lines.
  if (start === undefined || /^[{[].*[}\]]\s*$/m.test(text.slice(0, start))) return { values: [], rejections: [] };
  const { values, rejections } = parseChunks(text.slice(start));
  return { values: values.filter(isStructured), rejections };
}

/** `[INFO] …` prefixes leave scraps like `[]` or `[1]`: only objects, and arrays of them, are documents. */
function isStructured(value: Json): boolean {
  return Array.isArray(value) ? typeof value[0] === 'object' && value[0] !== null : true;
}

/** The time in a CRI (`2026-… stdout F `) or RFC 5424 (`<14>1 2026-… host app …`) prefix. */
function prefixTime(prefix: string): string | undefined {
  return (/^(\S+) std(?:out|err) [FP] $/.exec(prefix) ?? /^<\d{1,3}>\d (\S+) /.exec(prefix))?.[1];
}

function xmlValues(text: string): ParsedText {
  try {
    return { values: [parseXml(text)], rejections: [] };
  } catch (error) {
    const message = error instanceof Error ? error.message : 'not XML';
    return { values: [], rejections: [{ code: 'peel.xml', message }] };
  }
}

function formValues(text: string): ParsedText {
  const value = parseLossless(new URLSearchParams(text).get('payload') ?? '');
  if (value !== undefined) return { values: [value], rejections: [] };
  return { values: [], rejections: [{ code: 'peel.json', message: 'the form holds no JSON' }] };
}
