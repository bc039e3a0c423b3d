import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FindingJson, GateJson, Page, SliReport, SourceJson } from '@cnapp-slo/model';
import { waitFor } from '../servers/process.ts';
import { startProcessor } from '../servers/processor.ts';
import { ACCOUNT, bucketStory } from './bucket-story.ts';

const SCANNER = `ocsf/${ACCOUNT}`;
/** Seconds between its runs. */
const INTERVAL = 2;

test('a scanner that dies: its SLIs are insufficient, it is named, nothing closes, and the gate only warns', async (t) => {
  const intervals = JSON.stringify({ ocsf: INTERVAL, cloudtrail: 3600 });
  const processor = await startProcessor(undefined, [`sources.intervals=${intervals}`]);
  t.after(() => processor.stop());
  const baseMs = Math.floor((Date.now() - 2 * 3600_000) / 1000) * 1000;
  const [passed, opened, , failed] = bucketStory(baseMs) as { time: number }[];
  assert.ok(passed && opened && failed);
  // Seen 70 minutes after the change: a miss, so that the budget is gone and the gate blocks.
  const late = { ...failed, time: failed.time + 50 * 60, time_dt: undefined };
  const sli = async () => (await processor.get('/api/v1/slis/mttd-config')) as SliReport;
  const gate = async () => (await processor.get('/api/v1/gate?change_kind=infrastructure')) as GateJson;
  const source = async () => {
    const { items } = (await processor.get('/api/v1/sources')) as Page<SourceJson>;
    return items.find(({ id }) => id === SCANNER);
  };

  await processor.sendLogs([passed, opened, late]);
  const alive = await sli();
  assert.deepEqual([alive.bad, alive.coverage, alive.status], [1, 1, 'breached']);
  assert.equal((await gate()).decision, 'block');
  assert.equal((await source())?.status, 'fresh');

  const diedMs = Date.now();
  await waitFor('the scanner to be missed', async () => (await source())?.status === 'stale');
  // Due after one interval, missed after two.
  assert.ok(Date.now() - diedMs < (2 * INTERVAL + 3) * 1000, `after ${Date.now() - diedMs} ms`);
  const dead = await sli();
  assert.deepEqual([dead.coverage, dead.status], [0.5, 'insufficient']);
  assert.match(dead.reason ?? '', new RegExp(SCANNER));
  const page = await (await fetch(`http://${processor.api}/`)).text();
  assert.match(page, new RegExp(`provisional: 1 of 2 sources not fresh: ${SCANNER}`));
  assert.match(page, new RegExp(`stale</span></td>\\s*<th scope="row">ocsf<small>${ACCOUNT}`));
  const { decision, reasons } = await gate();
  assert.equal(decision, 'warn');
  assert.ok(
    reasons.some((reason) => reason.includes('mttd-config') && reason.includes(SCANNER)),
    reasons.join('\n'),
  );
  const findings = (await processor.get('/api/v1/findings')) as Page<FindingJson>;
  assert.deepEqual(
    findings.items.map(({ state, open_seconds }) => [state === 'closed', open_seconds !== null]),
    [[false, true]],
  );
  const metrics = await (await fetch(`http://${processor.metrics}/metrics`)).text();
  assert.match(metrics, /^cnapp_sli_status\{sli="mttd-config",status="insufficient"\} 1$/m);

  // It comes back: what it said is believed again.
  await processor.sendLogs([{ ...late, time: Math.floor(Date.now() / 1000) }]);
  assert.deepEqual([(await sli()).status, (await gate()).decision], ['breached', 'block']);
});
