import type { Json } from '@cnapp-slo/model';
import { CORE_SCHEMA, loadAll } from 'js-yaml';
import { parseAllDocuments } from 'yaml';
import type { ParsedText } from './text.ts';

/** The member that marks a document that could only be read in part. */
export const PARTIAL = 'cnapp.partial';

/** The tolerant reader is ten times slower: damaged files beyond this size are refused instead. */
const MAX_DAMAGED = 256 * 1024;

/** Whether a text reads as YAML: by its file's name, or by how manifests begin. */
export function looksLikeYaml(text: string, path: string | undefined): boolean {
  if (path !== undefined && /\.ya?ml$/i.test(path)) return true;
  return /^(?:#[^\n]*\n|\s*\n)*(?:---|%YAML|apiVersion:|(?:kind|items|metadata):[^\n]*\n(?:[\s\S]{0,4000}\n)?apiVersion:)/.test(
    text,
  );
}

/** YAML's documents. The fast reader takes the sound ones, without aliases, which can grow without end; the tolerant one what is left of others. */
export function parseYaml(text: string): ParsedText {
  try {
    const values = loadAll(text, { schema: CORE_SCHEMA, json: true, maxAliases: 0 }) as (Json | undefined)[];
    return documents(text, values.filter(isPresent));
  } catch (error) {
    if (text.length > MAX_DAMAGED)
      return { values: [], rejections: [{ code: 'peel.yaml', message: firstLine(error) }] };
    return parseDamaged(text);
  }
}

function parseDamaged(text: string): ParsedText {
  const values: Json[] = [];
  const rejections: ParsedText['rejections'] = [];
  const parsed = parseAllDocuments(text, { logLevel: 'silent', uniqueKeys: false, prettyErrors: false });
  if (!Array.isArray(parsed)) return { values, rejections };
  for (const document of parsed) {
    const error = document.errors[0];
    if (error !== undefined) rejections.push({ code: 'peel.yaml', message: firstLine(error) });
    try {
      // maxAliasCount bounds the "billion laughs".
      const value = document.toJS({ maxAliasCount: 100 }) as Json | undefined;
      if (!isPresent(value)) continue;
      // What could be read of a damaged document is kept, marked: it proves nothing about what it lacks.
      if (error === undefined) values.push(value);
      else if (typeof value === 'object' && !Array.isArray(value)) values.push({ ...value, [PARTIAL]: true });
    } catch (caught) {
      rejections.push({ code: 'peel.yaml', message: firstLine(caught) });
    }
  }
  return { ...documents(text, values), rejections };
}

/** Text without any structure is one string, however many "documents" its dashes make of it. */
function documents(text: string, values: Json[]): ParsedText {
  const plain = values.length > 0 && values.every((value) => typeof value === 'string');
  return { values: plain ? [text] : values, rejections: [] };
}

function isPresent(value: Json | undefined): value is Exclude<Json, null> {
  return value !== null && value !== undefined;
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? 'not YAML';
}
