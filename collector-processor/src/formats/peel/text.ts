import type { Json, Rejection } from '@cnapp-slo/model';
import { XMLParser } from 'fast-xml-parser';
import { parseAllDocuments } from 'yaml';
import { parseLossless, parseRelaxed, splitConcatenated } from './json.ts';
import { LIMITS } from './limits.ts';
import { looksLikeCsvHeader, parseCsv, parseZeekTsv } from './tables.ts';

export interface ParsedText {
  values: Json[];
  rejections: Rejection[];
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
  if (trimmed.startsWith('#separator')) return { values: parseZeekTsv(trimmed), rejections: [] };
  if (first === 0x3c && /^<(\?xml|[a-z]+ )/i.test(trimmed)) return parseXml(trimmed);
  if (looksLikeYaml(trimmed, path)) return parseYaml(trimmed);
  const firstLine = trimmed.slice(0, trimmed.indexOf('\n') === -1 ? undefined : trimmed.indexOf('\n'));
  if (trimmed.includes('\n') && looksLikeCsvHeader(firstLine)) return { values: parseCsv(trimmed), rejections: [] };
  return parseLines(trimmed);
}

/** Only samples and hand-written files need leniency, and those are small. */
const MAX_RELAXED = 1024 * 1024;

/** Text that begins as JSON but is not one value: NDJSON if its first line is JSON, else concatenated values, else line by line. */
function parseJsonText(text: string): ParsedText {
  const end = text.indexOf('\n');
  const firstLineIsJson = end !== -1 && parseLossless(text.slice(0, end)) !== undefined;
  if (!firstLineIsJson && text.length < MAX_RELAXED) {
    const relaxed = parseRelaxed(text);
    if (relaxed !== undefined) return { values: [relaxed], rejections: [] };
  }
  if (!firstLineIsJson) {
    const parts = splitConcatenated(text)?.map(parseLossless);
    if (parts !== undefined && parts.length > 0 && parts.every((part) => part !== undefined))
      return { values: parts, rejections: [] };
  }
  return parseLines(text);
}

/** Line by line: JSON lines are kept, broken ones rejected one by one, other text is skipped; a text without any JSON is one string. */
function parseLines(text: string): ParsedText {
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
    if (line === '') continue;
    const open = line.search(/[{[]/);
    if (open === -1) continue;
    const body = line.slice(open);
    const value = parseLossless(body);
    if (typeof value === 'object' && value !== null && (open > 0 ? isStructured(value) : true)) {
      values.push(value);
      const time = open > 0 ? prefixTime(line.slice(0, open)) : undefined;
      if (time !== undefined) timeText.set(value, time);
    } else if (open === 0 && line.charCodeAt(0) === 0x7b) {
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

/** `[INFO] …` prefixes leave scraps like `[]` or `[1]`: only objects, and arrays of them, are documents. */
function isStructured(value: Json): boolean {
  return Array.isArray(value) ? typeof value[0] === 'object' && value[0] !== null : true;
}

/** The time in a CRI (`2026-… stdout F `) or RFC 5424 (`<14>1 2026-… host app …`) prefix. */
function prefixTime(prefix: string): string | undefined {
  return (/^(\S+) std(?:out|err) [FP] $/.exec(prefix) ?? /^<\d{1,3}>\d (\S+) /.exec(prefix))?.[1];
}

/** The member that marks a document that could only be read in part. */
export const PARTIAL = 'cnapp.partial';

function isRecord(value: Json): value is { [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function looksLikeYaml(text: string, path: string | undefined): boolean {
  if (path !== undefined && /\.ya?ml$/i.test(path)) return true;
  return /^(---|%YAML|apiVersion:)/.test(text) || /^(?:#.*\n)+(---|apiVersion:)/.test(text);
}

function parseYaml(text: string): ParsedText {
  const values: Json[] = [];
  const rejections: Rejection[] = [];
  // maxAliasCount bounds the "billion laughs"; errors are per document.
  const documents = parseAllDocuments(text, { logLevel: 'silent', uniqueKeys: false });
  if (!Array.isArray(documents)) return { values, rejections };
  for (const document of documents) {
    const error = document.errors[0];
    if (error !== undefined) {
      rejections.push({ code: 'peel.yaml', message: error.message.split('\n')[0] ?? 'not YAML' });
    }
    try {
      const value = document.toJS({ maxAliasCount: 100 }) as Json;
      if (value === null || value === undefined) continue;
      // What could be read of a damaged document is kept, marked: it proves nothing about what it lacks.
      if (error === undefined) values.push(value);
      else if (isRecord(value)) values.push({ ...value, [PARTIAL]: true });
    } catch (error) {
      rejections.push({ code: 'peel.yaml', message: error instanceof Error ? error.message : 'not YAML' });
    }
  }
  if (values.length > 0 && values.every((value) => typeof value === 'string'))
    return { values: [text], rejections: [] };
  return { values, rejections };
}

function parseXml(text: string): ParsedText {
  try {
    const parser = new XMLParser({
      ignoreAttributes: false,
      attributeNamePrefix: '@',
      processEntities: false,
      parseTagValue: false,
    });
    return { values: [parser.parse(text) as Json], rejections: [] };
  } catch (error) {
    return {
      values: [],
      rejections: [{ code: 'peel.xml', message: error instanceof Error ? error.message : 'not XML' }],
    };
  }
}
