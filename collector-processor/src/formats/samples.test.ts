import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Envelope } from '@cnapp-slo/model';
import { ADAPTERS, recognise } from './index.ts';

/**
 * Our own samples, written from the tools' documentation, beside each format: `<case>.in.json` (or `.in.txt`) is what arrives, `<case>.out.json` what it says.
 * All arrive at the same instant and without attributes.
 */
const envelope: Envelope = { resource: {}, attributes: {}, receivedMs: Date.UTC(2026, 5, 1) };

for (const { id } of ADAPTERS) {
  const folder = join(import.meta.dirname, id, 'testdata');
  const inputs = existsSync(folder) ? readdirSync(folder).filter((name) => /\.in\.(json|txt)$/.test(name)) : [];

  test(`${id} has samples`, () => assert.notEqual(inputs.length, 0));

  for (const input of inputs) {
    const name = input.replace(/\.in\.(json|txt)$/, '');
    test(`${id}: ${name.replaceAll('_', ' ')}`, () => {
      const { byFormat, observations, rejections } = recognise(
        new Uint8Array(readFileSync(join(folder, input))),
        envelope,
      );
      const expected: unknown = JSON.parse(readFileSync(join(folder, `${name}.out.json`), 'utf8'));
      assert.deepEqual({ byFormat, observations, rejections }, expected);
      assert.deepEqual(Object.keys(byFormat), [id]);
    });
  }
}
