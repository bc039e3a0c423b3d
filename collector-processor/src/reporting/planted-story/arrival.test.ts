import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { SliReport } from '@cnapp-slo/model';
import fc from 'fast-check';
import type { Ledgered } from '../../pipeline/facts.ts';
import { SqliteStore } from '../../storage/sqlite/store.ts';
import { differencesBetween } from '../recompute.ts';
import { Stage, T0 } from '../test-stage.ts';
import { plantedStory } from './story.ts';
import { at, canCause } from './telling.ts';

interface Line {
  format: string;
  body: Ledgered;
}

const END = at([60, 20]) - T0;
/** Telemetry and people's words, each on its own. */
const lines: readonly Line[] = plantedStory().flatMap((one): Line[] =>
  'input' in one ? [{ format: 'api', body: one.input }] : one.bodies.map((body) => ({ format: one.format, body })),
);

/** All of it arrives at the end, so that receipts are the same in any order. */
async function arrive(stage: Stage, some: readonly Line[]): Promise<void> {
  for (const [format, group] of Map.groupBy(some, (line) => line.format))
    await stage.receive(
      END,
      format,
      group.map(({ body }) => body),
    );
}

/** Bytes and records are counted as they come, also twice: they are no facts. */
const reports = (stage: Stage): SliReport[] => stage.slis.list().filter(({ id }) => id !== 'ingest-cost');

test('any order of arrival, duplicates and a restart in the middle give the same values of every SLI', async () => {
  assert.ok(lines.length > 400);
  const told = new Stage({ canCause });
  await arrive(told, lines);
  const expected = reports(told);
  assert.ok(expected.filter(({ value }) => value !== null).length >= 14);
  await fc.assert(
    fc.asyncProperty(
      fc.shuffledSubarray([...lines], { minLength: lines.length, maxLength: lines.length }),
      fc.integer({ min: 7, max: 90 }),
      fc.integer({ min: 1, max: lines.length - 1 }),
      async (shuffled, size, restartAt) => {
        const folder = mkdtempSync(join(tmpdir(), 'cnapp-'));
        try {
          const start = (): Stage => new Stage({ canCause, store: new SqliteStore(join(folder, 'cnapp.db')) });
          let stage = start();
          let restarted = false;
          for (let from = 0; from < shuffled.length; from += size) {
            await arrive(stage, shuffled.slice(from, from + size));
            if (from % 3 === 0) await arrive(stage, shuffled.slice(Math.max(0, from - size), from));
            if (restarted || from < restartAt) continue;
            restarted = true;
            await stage.processor.stop();
            stage = start();
          }
          stage.now = T0 + END;
          for (const [index, report] of reports(stage).entries())
            assert.deepEqual(differencesBetween(expected[index] as SliReport, report), [], report.id);
          await stage.processor.stop();
        } finally {
          rmSync(folder, { recursive: true });
        }
      },
    ),
    { numRuns: 12, seed: 17 },
  );
});
