import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TextFilter } from './text-filter.ts';

test('what was added is found, and hardly anything else', () => {
  const filter = new TextFilter();
  for (let i = 0; i < 20_000; i++) filter.add(`a:default arn:aws:s3:::bucket-${i}`);
  filter.add('');
  let mistaken = 0;
  for (let i = 0; i < 20_000; i++) {
    assert.ok(filter.has(`a:default arn:aws:s3:::bucket-${i}`));
    if (filter.has(`a:default arn:aws:s3:::basket-${i}`)) mistaken += 1;
  }
  assert.ok(filter.has(''));
  // 20,000 of 2^31 hashes are taken: 0.2 mistakes are to be expected.
  assert.ok(mistaken < 5, `${mistaken} were not added`);
});
