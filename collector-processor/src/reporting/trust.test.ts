import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { answerGate } from '../api/gate.ts';
import type { Ledgered } from '../pipeline/facts.ts';
import { change, DAY, fail, HOUR, idOf, MINUTE, Stage, T0 } from './test-stage.ts';

test('a scanner that dies: insufficient within its interval, named, nothing closed, and the gate warns', async () => {
  const stage = new Stage();
  // It scans every ten minutes; the audit trail goes on.
  for (let minute = 0; minute <= 120; minute += 10) {
    await stage.receive(minute * MINUTE, 'ocsf', [minute === 0 ? fail(0, { verdict: 'pass' }) : fail(minute * MINUTE)]);
    await stage.receive(minute * MINUTE + 1, 'cloudtrail', [change(minute * MINUTE + 1)]);
  }
  const unasked = { changeKind: null, override: null, isPaging: () => null, maintenance: () => null };
  const gate = () => answerGate(stage.slis.list(), { ...unasked, nowMs: stage.now });
  assert.equal(stage.slis.get('mttd-config')?.status, 'ok');
  for (let minute = 130; minute <= 150; minute += 10)
    await stage.receive(minute * MINUTE, 'cloudtrail', [change(minute * MINUTE)]);
  const report = stage.slis.get('mttd-config');
  assert.deepEqual([report?.coverage, report?.status], [0.5, 'insufficient']);
  assert.match(report?.reason ?? '', /ocsf\/1/);
  const [silent] = stage.estate.sources();
  assert.deepEqual([silent?.id, silent?.status], ['ocsf/1', 'stale']);
  assert.notEqual(stage.estate.findings({}).items[0]?.state, 'closed');
  const { decision, reasons } = gate();
  assert.equal(decision, 'warn');
  assert.ok(reasons.some((reason) => reason.includes('mttd-config') && reason.includes('ocsf/1')));
});

test('as_of tells who was fresh then, not who is now', async () => {
  const stage = new Stage();
  for (let minute = 0; minute <= 60; minute += 10) {
    await stage.receive(minute * MINUTE, 'ocsf', [fail(minute * MINUTE, minute === 0 ? { verdict: 'pass' } : {})]);
    await stage.receive(minute * MINUTE + 1, 'cloudtrail', [change(minute * MINUTE + 1)]);
  }
  // The scanner is silent from 60 to 120 min, and then comes back.
  for (let minute = 70; minute <= 120; minute += 10)
    await stage.receive(minute * MINUTE, 'cloudtrail', [change(minute * MINUTE)]);
  const silent = stage.slis.get('mttd-config');
  for (let minute = 130; minute <= 180; minute += 10) {
    await stage.receive(minute * MINUTE, 'ocsf', [fail(minute * MINUTE)]);
    await stage.receive(minute * MINUTE + 1, 'cloudtrail', [change(minute * MINUTE + 1)]);
  }
  const then = stage.slis.get('mttd-config', { asOfMs: T0 + 120 * MINUTE });
  assert.deepEqual([then?.coverage, then?.status, then?.final], [0.5, 'insufficient', false]);
  assert.deepEqual(then, silent);
  assert.equal(stage.slis.get('mttd-config', { asOfMs: T0 + 60 * MINUTE + 1 })?.coverage, 1);
  assert.equal(stage.slis.get('mttd-config')?.coverage, 1);
});

test('restating never changes what was announced to alerting', async () => {
  const asset = (name: string) => ({
    id: `arn:aws:s3:::${name}`,
    kind: 's3_bucket',
    provider: 'aws' as const,
    account: '1',
  });
  const step = fc.record({
    name: fc.constantFrom('a', 'b', 'c'),
    hour: fc.integer({ min: 0, max: 72 }),
    what: fc.constantFrom('pass', 'fail', 'change', 'fp', 'tp'),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
      const stage = new Stage();
      let announced = [...stage.processor.store.loadSloEvents()];
      for (const [index, { name, hour, what }] of steps.entries()) {
        const nowMs = 3 * DAY + index * HOUR;
        const known = stage.processor.estate.findings.has(idOf(fail(0, { asset: asset(name) })));
        if (what === 'fp' || what === 'tp') {
          if (!known) continue;
          const subjectId = idOf(fail(0, { asset: asset(name) }));
          const actor = { id: 'ana', kind: 'human' as const };
          await stage.say(nowMs, { kind: 'verdict', subjectId, verdict: what, actor, atMs: T0 + hour * HOUR });
        } else {
          const at = hour * HOUR;
          const body: Ledgered =
            what === 'change'
              ? change(at, { assets: [asset(name)], nativeId: `${name}-${hour}` })
              : fail(at, { asset: asset(name), verdict: what });
          await stage.receive(nowMs, 'ocsf', [body]);
        }
        stage.processor.tick();
        const now = [...stage.processor.store.loadSloEvents()];
        assert.deepEqual(now.slice(0, announced.length), announced);
        announced = now;
      }
    }),
    { numRuns: 40, seed: 5 },
  );
});
