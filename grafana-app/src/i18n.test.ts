import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { t } from './i18n.ts';
import german from './locales/de-DE.json' with { type: 'json' };

const sources = globSync('**/*.{ts,tsx}', { cwd: __dirname }).filter((path) => !/\.test\.|^test\//.test(path));
const used = new Map(
  sources.flatMap((path) =>
    [
      ...readFileSync(join(__dirname, path), 'utf8').matchAll(/\bt\(\s*'([^']+)',\s*(['`])((?:(?!\2)[^\\]|\\.)*)\2/g),
    ].map(([, id = '', , english = '']) => [id, english] as const),
  ),
);

function textsOf(node: object, prefix = ''): [id: string, text: string][] {
  return Object.entries(node).flatMap(([key, value]) =>
    typeof value === 'string'
      ? [[prefix + key, value] as [string, string]]
      : textsOf(value as object, `${prefix}${key}.`),
  );
}
const translated = new Map(textsOf(german));
const placeholders = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name).toSorted();

test('every text has a German translation, and none is left over', () => {
  expect([...translated.keys()].toSorted()).toEqual([...used.keys()].toSorted());
});

test('translations take the values that the English text takes', () => {
  for (const [id, english] of used)
    expect([id, placeholders(translated.get(id) ?? '')]).toEqual([id, placeholders(english)]);
});

test('a value with a slash is not escaped twice', () => {
  expect(t('test.slash', 'declared in {{repository}}', { repository: 'acme/infra & <b>' })).toBe(
    'declared in acme/infra & <b>',
  );
});
