import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import type { FindingJson, Page } from '@cnapp-slo/model';
import { temporaryFolder } from '../servers/process.ts';
import { type ProcessorServer, startProcessor } from '../servers/processor.ts';
import { bucketStory } from './bucket-story.ts';

/** Crashes in this test. */
const CRASHES = 4;

/** A failing finding on a bucket of its own. */
function failure(name: string): object {
  const document = bucketStory(Math.floor(Date.now() / 1000) * 1000 - 3600_000)[3];
  return JSON.parse(JSON.stringify(document).replaceAll('acme-invoices', name)) as object;
}

async function bucketsOf(processor: ProcessorServer): Promise<Set<string>> {
  const names = new Set<string>();
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page = (await processor.get(
      `/api/v1/findings?limit=500${cursor === '' ? '' : `&cursor=${cursor}`}`,
    )) as Page<FindingJson>;
    for (const item of page.items) names.add(item.asset_id);
    cursor = page.next_cursor;
  }
  return names;
}

test('what was acknowledged survives kill -9 under load', async (t) => {
  const folder = temporaryFolder('durability');
  t.after(() => folder.remove());
  const path = join(folder.path, 'cnapp.db');
  const acknowledged = new Set<string>();
  for (let crash = 0; crash < CRASHES; crash += 1) {
    const processor = await startProcessor(path);
    let running = true;
    const sender = async (lane: number): Promise<void> => {
      for (let i = 0; running; i += 1) {
        const name = `bucket-${crash}-${lane}-${i}`;
        const answer = await processor.sendLogs([failure(name)]).catch(() => null);
        if (answer?.status === 200) acknowledged.add(`arn:aws:s3:::${name}`);
      }
    };
    const senders = [0, 1, 2, 3].map(sender);
    const before = acknowledged.size;
    while (acknowledged.size < before + 25 + crash * 10) await new Promise((resolve) => setImmediate(resolve));
    await processor.stop('SIGKILL');
    running = false;
    await Promise.all(senders);
  }
  const survivor = await startProcessor(path);
  const found = await bucketsOf(survivor);
  await survivor.stop();
  assert.deepEqual(
    [...acknowledged].filter((name) => !found.has(name)),
    [],
  );
  assert.ok(acknowledged.size > 100, `only ${acknowledged.size} were acknowledged`);
});

test('SIGTERM stops cleanly: exit code 0, and the next start finds everything', async (t) => {
  const folder = temporaryFolder('sigterm');
  t.after(() => folder.remove());
  const path = join(folder.path, 'cnapp.db');
  const first = await startProcessor(path);
  await first.sendLogs([failure('one'), failure('two')]);
  await first.stop('SIGTERM');
  assert.equal(await first.process.exited, 0);
  const second = await startProcessor(path);
  assert.equal((await bucketsOf(second)).size, 2);
  await second.stop();
});
