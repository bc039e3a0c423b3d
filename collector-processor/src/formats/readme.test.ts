import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ADAPTERS } from './index.ts';

for (const { id, stability } of ADAPTERS) {
  test(`${id} has a README that says what it takes, what it maps and what it does not`, () => {
    const text = readFileSync(join(import.meta.dirname, id, 'README.md'), 'utf8');
    assert.ok(text.includes(`Format id \`${id}\`, stability: ${stability}. Takes: `), 'id, stability and input');
    assert.match(text, /^## What it maps\n\n- /m);
    assert.match(text, /^## What it does not\n\n- /m);
  });
}
