import type { Json, Rejection } from '@cnapp-slo/model';
import { CORE_SCHEMA, loadAll } from 'js-yaml';
import { parseAllDocuments } from 'yaml';

/** What a text holds, and why the rest of it could not be read. */
export interface Parsed {
  values: Json[];
  rejections: Rejection[];
}

/** The member that marks a document that could only be read in part. */
export const PARTIAL = 'cnapp.partial';

/** The tolerant reader is ten times slower: it is given so many characters of damaged documents, and the rest is refused. */
const DAMAGED_BUDGET = 64 * 1024;

/** Whether a text reads as YAML: by its file's name, or by how manifests begin. */
export function looksLikeYaml(text: string, path: string | undefined): boolean {
  if (path !== undefined && /\.ya?ml$/i.test(path)) return true;
  return /^(?:#[^\n]*\n|\s*\n)*(?:---|%YAML|apiVersion:|(?:kind|items|metadata):[^\n]*\n(?:[\s\S]{0,4000}\n)?apiVersion:)/.test(
    text,
  );
}

/** YAML's documents. The fast reader takes the sound ones, without aliases, which can grow without end; the tolerant one what is left of others. */
export function parseYaml(text: string): Parsed {
  const values = load(text);
  return values === undefined ? parseDamaged(text) : documents(text, values, []);
}

function load(text: string): Json[] | undefined {
  try {
    const values = loadAll(text, { schema: CORE_SCHEMA, json: true, maxAliases: 0 }) as (Json | undefined)[];
    return values.filter(isPresent);
  } catch {
    return undefined;
  }
}

function parseDamaged(text: string): Parsed {
  const values: Json[] = [];
  const rejections: Rejection[] = [];
  let budget = DAMAGED_BUDGET;
  for (const part of text.split(/^---(?=\s)/m)) {
    const sound = load(part);
    if (sound !== undefined) for (const value of sound) values.push(value);
    else if (part.length > budget) rejections.push({ code: 'peel.yaml', message: 'a document is damaged' });
    else {
      budget -= part.length;
      salvage(part, values, rejections);
    }
  }
  return documents(text, values, rejections);
}

/** What could be read of damaged documents is kept, marked: it proves nothing about what it lacks. */
function salvage(text: string, values: Json[], rejections: Rejection[]): void {
  const parsed = parseAllDocuments(text, { logLevel: 'silent', uniqueKeys: false, prettyErrors: false });
  if (!Array.isArray(parsed)) return;
  for (const document of parsed) {
    const error = document.errors[0];
    if (error !== undefined) rejections.push({ code: 'peel.yaml', message: firstLine(error) });
    try {
      // maxAliasCount bounds the "billion laughs".
      const value = document.toJS({ maxAliasCount: 100 }) as Json | undefined;
      if (!isPresent(value)) continue;
      if (error === undefined) values.push(value);
      else if (typeof value === 'object' && !Array.isArray(value)) values.push({ ...value, [PARTIAL]: true });
    } catch (caught) {
      rejections.push({ code: 'peel.yaml', message: firstLine(caught) });
    }
  }
}

/** Text without any structure is one string, however many "documents" its dashes make of it. */
function documents(text: string, values: Json[], rejections: Rejection[]): Parsed {
  const plain = values.length > 0 && values.every((value) => typeof value === 'string');
  return { values: plain ? [text] : values, rejections };
}

function isPresent(value: Json | undefined): value is Exclude<Json, null> {
  return value !== null && value !== undefined;
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? 'not YAML';
}
