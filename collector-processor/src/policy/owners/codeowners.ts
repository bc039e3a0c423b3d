import type { CodeOwnersRule } from '@cnapp-slo/model';

/** Who owns a file: the last pattern that matches it decides, and one without owners clears them. Source: docs.github.com/repositories/…/about-code-owners. */
export function codeOwnerOf(rules: readonly CodeOwnersRule[], path: string): { owner: string; pattern: string } | null {
  const rule = rules.findLast(({ pattern }) => regexOf(pattern).test(path.replace(/^\.?\/+/, '')));
  const owner = rule?.owners[0];
  return rule && owner !== undefined ? { owner, pattern: rule.pattern } : null;
}

const compiled = new Map<string, RegExp>();
const MOST_COMPILED = 5000;
/** Each star multiplies the ways to match; no sane pattern has more, and such a one matches nothing. */
const MOST_STARS = 6;
const NOTHING = /(?!)/;

/** The patterns are those of gitignore, without negation and character ranges; `docs/*` takes the files of the folder alone. */
function regexOf(pattern: string): RegExp {
  const known = compiled.get(pattern);
  if (known) return known;
  if (pattern.length > 500 || (pattern.match(/\*+/g) ?? []).length > MOST_STARS) return NOTHING;
  const isFolder = pattern.endsWith('/');
  const bare = pattern.replace(/^\/+|\/+$/g, '');
  // A slash at the start or in the middle ties the pattern to the root.
  const isTied = pattern.startsWith('/') || bare.includes('/');
  const body = bare
    .split('/')
    .map((part) => (part === '**' ? '**' : part.split('*').map(escaped).join('[^/]*')))
    .join('/')
    .replaceAll('**/', '(?:.*/)?')
    .replaceAll('/**', '/.*')
    .replaceAll('**', '.*');
  const takesBelow = isFolder || !/\*$/.test(bare) || bare === '*' || bare === '**';
  const below = isFolder ? '/.*' : takesBelow ? '(?:/.*)?' : '';
  const regex = new RegExp(`^${isTied ? '' : '(?:.*/)?'}${body}${below}$`);
  if (compiled.size >= MOST_COMPILED) compiled.clear();
  compiled.set(pattern, regex);
  return regex;
}

function escaped(text: string): string {
  return text.replace(/[.+?^${}()|[\]\\]/g, '\\$&');
}
