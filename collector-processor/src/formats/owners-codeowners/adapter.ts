import type { CodeOwnersRule, Decoded, Envelope, FormatAdapter, Json } from '@cnapp-slo/model';
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

/** The rules, and the repository's owner: who owns `*`, by the last such line. A section's owners are those of its lines that name none. */
function decode(doc: Json, envelope: Envelope): Decoded {
  if (typeof doc !== 'string') return reject('owners-codeowners.schema', 'not text');
  const codeOwners: CodeOwnersRule[] = [];
  let ofSection: string[] = [];
  for (const line of doc.split('\n')) {
    const text = line.replace(/(^|\s)#.*$/, '').trim();
    const section = /^\^?\[[^\]]*\](?:\[\d+\])?(.*)$/.exec(text);
    if (section) ofSection = (section[1] ?? '').trim().split(/\s+/).filter(Boolean);
    const [pattern, ...owners] = text.split(/\s+/);
    if (section || !pattern) continue;
    codeOwners.push({ pattern, owners: owners.length > 0 ? owners : ofSection });
  }
  const whole = codeOwners.findLast(({ pattern }) => pattern === '*' || pattern === '**' || pattern === '/');
  const owner = whole?.owners[0]?.replace(/^@/, '');
  return accept(
    present(codeAsset(envelope), eventTime(envelope), { ...(owner === undefined ? {} : { owner }), codeOwners }),
  );
}
