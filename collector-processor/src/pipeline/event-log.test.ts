import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SloEvent } from '@cnapp-slo/model';
import { EventLog } from './event-log.ts';

/** Finding `f_<n>` is in row n; there are a thousand. */
const findings = {
  rowOf: (id: string) => (/^f_\d{1,3}$/.test(id) ? Number(id.slice(2)) : -1),
  idOf: (row: number) => `f_${row}`,
  episodeOf: () => undefined,
};
const event = (episodeId: string, sli = 'mttr', decidedMs = 1): SloEvent => ({
  sli,
  episodeId,
  tenant: 'acme',
  outcome: 'bad',
  decidedMs,
});

test('events come out as they were put in, whatever they are about', () => {
  const log = new EventLog(findings);
  const events = [
    event('f_7.1'),
    event('f_7.12', 'mttd-config', 2),
    event('sha256:0a.b', 'sbom-coverage', 2),
    event('f_7000.1', 'mttr', 3),
    event('f_7.0', 'mttr', 3),
    event('f_7.01', 'mttr', 5.5),
    event('f_7.1234567890', 'mttr', 6),
  ];
  for (const one of events) log.push(one);
  assert.deepEqual([...log], events);
  assert.deepEqual([log.firstFrom(2), log.firstFrom(2.5), log.firstFrom(7)], [1, 3, 7]);
});

test('each SLI announces a subject for itself', () => {
  const log = new EventLog(findings);
  for (let row = 0; row < 1000; row += 1)
    log.push(event(`f_${row}.${1 + (row % 3)}`, row % 2 === 0 ? 'mttr' : 'drift'));
  for (let row = 0; row < 1000; row += 1) {
    const seq = 1 + (row % 3);
    assert.equal(log.has('mttr', `f_${row}.${seq}`), row % 2 === 0);
    assert.equal(log.has('drift', `f_${row}.${seq}`), row % 2 === 1);
    assert.equal(log.hasEpisode('mttr', row, seq), row % 2 === 0);
    assert.equal(log.has('mttr', `f_${row}.${seq + 1}`), false);
  }
  log.push(event('change 1', 'alert-noise'));
  assert.deepEqual(
    [log.has('alert-noise', 'change 1'), log.has('mttr', 'change 1'), log.has('alert-noise', 'change 2')],
    [true, false, false],
  );
});
