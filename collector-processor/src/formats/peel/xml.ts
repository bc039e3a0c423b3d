import type { Json, JsonObject } from '@cnapp-slo/model';
import { SaxesParser } from 'saxes';
import { LIMITS } from './limits.ts';

/** Elements deeper than this are no report of any tool, and would exhaust the stack of who walks them. */
const MAX_DEPTH = 200;

interface Open {
  name: string;
  members: JsonObject;
  text: string;
}

/**
 * An XML document as an object: attributes as `@name`, children by name (a list where one repeats), text alone as a string, text beside others as `#text`.
 * Entities of a document type are not read. Throws when the text is not well-formed.
 */
export function parseXml(text: string): JsonObject {
  const root: Open = { name: '', members: {}, text: '' };
  const open: Open[] = [root];
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => {
    if (open.length > MAX_DEPTH) throw new Error(`more than ${MAX_DEPTH} elements inside each other`);
    const members: JsonObject = {};
    for (const [attribute, value] of Object.entries(attributes)) members[`@${attribute}`] = value;
    open.push({ name, members, text: '' });
  });
  const addText = (part: string): void => {
    const here = open.at(-1);
    if (here !== undefined && here.text.length < LIMITS.bytes) here.text += part;
  };
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.on('closetag', () => {
    const closed = open.pop();
    const parent = open.at(-1);
    if (closed !== undefined && parent !== undefined) add(parent.members, closed.name, contentOf(closed));
  });
  parser.write(text).close();
  return root.members;
}

function contentOf({ members, text }: Open): Json {
  const trimmed = text.trim();
  for (const _ in members) return trimmed === '' ? members : { ...members, '#text': trimmed };
  return trimmed;
}

function add(members: JsonObject, name: string, value: Json): void {
  const known = Object.hasOwn(members, name) ? members[name] : undefined;
  if (known === undefined) members[name] = value;
  else if (Array.isArray(known)) known.push(value);
  else members[name] = [known, value];
}
