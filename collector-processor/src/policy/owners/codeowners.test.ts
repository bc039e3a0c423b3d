import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codeOwnerOf } from './codeowners.ts';

/** The example of GitHub's documentation, with what its comments say of each line. */
const rules = [
  ['*', '@global-owner1', '@global-owner2'],
  ['*.js', '@js-owner'],
  ['*.go', 'docs@example.com'],
  ['*.txt', '@octo-org/octocats'],
  ['/build/logs/', '@doctocat'],
  ['docs/*', 'docs@example.com'],
  ['apps/', '@octocat'],
  ['/docs/', '@doctocat'],
  ['/scripts/', '@doctocat', '@octocat'],
  ['**/logs', '@octocat'],
  ['/apps/', '@octocat'],
  ['/apps/github'],
].map(([pattern = '', ...owners]) => ({ pattern, owners }));

for (const [path, owner] of [
  ['README.md', '@global-owner1'],
  ['deep/in/side.js', '@js-owner'],
  ['notes.txt', '@octo-org/octocats'],
  ['build/logs/today', '@octocat'], // **/logs comes later
  ['other/build/logs/today', '@octocat'],
  ['deeply/nested/logs', '@octocat'],
  ['docs/getting-started.md', '@doctocat'],
  ['docs/build-app/troubleshooting.md', '@doctocat'],
  ['scripts/run', '@doctocat'],
  ['apps/web/index', '@octocat'],
  ['some/apps/web/index', '@octocat'],
  ['apps/github', null],
  ['apps/github/main.go', null],
] as const) {
  test(`${path} is ${owner ?? 'nobody’s'}`, () => assert.equal(codeOwnerOf(rules, path)?.owner ?? null, owner));
}

test('a folder’s files alone: docs/* takes docs/getting-started.md, not docs/build-app/troubleshooting.md', () => {
  const only = [{ pattern: 'docs/*', owners: ['docs@example.com'] }];
  assert.equal(codeOwnerOf(only, 'docs/getting-started.md')?.owner, 'docs@example.com');
  assert.equal(codeOwnerOf(only, 'docs/build-app/troubleshooting.md'), null);
  assert.equal(codeOwnerOf(only, 'web/docs/getting-started.md'), null);
});

test('patterns are text: a dot is a dot, and no pattern runs away', () => {
  assert.equal(codeOwnerOf([{ pattern: 'a.b', owners: ['@a'] }], 'aXb'), null);
  assert.equal(codeOwnerOf([{ pattern: '*a'.repeat(20), owners: ['@a'] }], 'a'.repeat(200)), null);
  assert.equal(codeOwnerOf([{ pattern: '(a+)+$', owners: ['@a'] }], 'a'.repeat(50)), null);
});
