import type { Decoded, Envelope, FormatAdapter, Json } from '@cnapp-slo/model';
import { codeAsset } from '../code-asset.ts';
import { present } from '../inventory.ts';
import { accept, reject } from '../observe.ts';
import { eventTime } from '../time.ts';

/** CODEOWNERS files. The last match wins, and a pattern without owners clears them. Source: docs.github.com/repositories/…/about-code-owners. */
export const ownersCodeowners: FormatAdapter = {
  id: 'owners-codeowners',
  stability: 'beta',
  matches: (doc) => typeof doc === 'string' && isCodeowners(doc),
  decode,
};

const RULE = /^\S+(?:\s+(?:@[\w.-]+(?:\/[\w.-]+)*|[\w.+-]+@[\w.-]+\.\w+))+\s*(?:#.*)?$/;

/** Most lines that are no comment, section or blank are a pattern with owners. */
function isCodeowners(text: string): boolean {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#') && !line.startsWith('['));
  const rules = lines.filter((line) => RULE.test(line)).length;
  return rules > 0 && rules >= lines.length * 0.6;
}

/** The repository's owner: who owns `*`, by the last such line. */
function decode(doc: Json, envelope: Envelope): Decoded {
  if (typeof doc !== 'string') return reject('owners-codeowners.schema', 'not text');
  let owner: string | undefined;
  let rules = 0;
  for (const line of doc.split('\n')) {
    const [pattern, ...owners] = line.replace(/#.*$/, '').trim().split(/\s+/);
    if (pattern === undefined || pattern === '') continue;
    rules += 1;
    if (pattern === '*' || pattern === '**' || pattern === '/') owner = owners[0];
  }
  const atMs = eventTime(envelope);
  const asset = codeAsset(envelope);
  if (owner === undefined) return accept({ kind: 'activity', action: `codeowners:${rules} rules`, atMs, asset });
  return accept(present(asset, atMs, { owner: owner.replace(/^@/, '') }));
}
