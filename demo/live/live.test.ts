import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildHistory } from '../history/history.ts';
import { recognised } from '../recognised.ts';
import { incidents, programme } from './programme.ts';
import { INTERVALS, routines } from './routine.ts';
import { simulate } from './simulate.ts';

const START_MS = Date.parse('2026-10-14T15:20:00Z');
/** Long enough for every story once. */
const SECONDS = 15 * 60;

const happened = () => {
  const { world } = buildHistory({ seed: '1', endMs: START_MS, days: 28 });
  return simulate(world, START_MS, SECONDS, (stage) => [...routines(stage), programme(stage), incidents(stage)]);
};

test('what is sent live is recognised as what it claims, and stamped when it happens', () => {
  const sent = happened().filter((one) => one.kind === 'telemetry');
  recognised(
    sent.map(({ telemetry }) => telemetry),
    START_MS + SECONDS * 1000,
  );
  // The spans of a pipeline ended while it ran, which takes six seconds.
  for (const { atMs, telemetry } of sent) assert.ok(telemetry.atMs <= atMs && telemetry.atMs > atMs - 7000);
});

test('every format speaks within the interval that the processor is told to expect', () => {
  const sent = happened().filter((one) => one.kind === 'telemetry');
  for (const [format, seconds] of Object.entries(INTERVALS)) {
    const times = sent.filter(({ telemetry }) => telemetry.format === format).map(({ atMs }) => atMs);
    const gaps = [...times, START_MS + SECONDS * 1000].map((atMs, i) => atMs - (times[i - 1] ?? START_MS));
    assert.ok(Math.max(...gaps) <= seconds * 1000, `${format}: ${Math.max(...gaps)} ms`);
  }
});

test('alerts and acknowledgements follow detections within the first minute', () => {
  const kinds = new Set(
    happened()
      .filter(({ atMs }) => atMs < START_MS + 60_000)
      .map(({ kind }) => kind),
  );
  assert.deepEqual(kinds, new Set(['telemetry', 'alert', 'acknowledgement', 'true_positive']));
});
