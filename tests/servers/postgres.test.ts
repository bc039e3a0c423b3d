import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { startPostgres } from './postgres.ts';
import { accepts } from './process.ts';
import { requirePart } from './require-part.ts';

const part = requirePart('postgres');

test('a PostgreSQL answers a query with the settings it was given', { skip: part.skip }, async () => {
  const server = await startPostgres(['max_connections=17']);
  try {
    const psql = (sql: string) =>
      execFileSync(join(part.path, 'psql'), [server.url, '-Atc', sql], { encoding: 'utf8' });
    assert.equal(psql('show max_connections').trim(), '17');
    assert.equal(psql('show synchronous_commit').trim(), 'on');
  } finally {
    await server.stop();
  }
  assert.equal(await accepts(server.port), false);
});
