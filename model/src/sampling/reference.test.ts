import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { answer, QUESTIONS, questions } from './testdata/questions.ts';

const digests = readFileSync(new URL('testdata/reference.sha256', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n');
const perDigest = QUESTIONS / digests.length;

test('a hundred thousand answers are those of the Go reference', () => {
  const answers = [...questions()].map(answer);
  assert.equal(answers.length, 100_000);
  const different = digests.flatMap((digest, block) => {
    const own = answers.slice(block * perDigest, (block + 1) * perDigest).join('\n');
    return createHash('sha256').update(own).digest('hex') === digest ? [] : [block];
  });
  assert.deepEqual(different, [], 'blocks of a thousand that differ');
});
