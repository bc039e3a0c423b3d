import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ControlJson, EvidenceJson, FindingJson, FrameworkJson, Page, PosturePointJson } from '@cnapp-slo/model';
import { startProcessor } from '../servers/processor.ts';
import { ACCOUNT, ASSET, AT, at, bucketStory } from './bucket-story.ts';

const baseMs = Math.floor((Date.now() - 2 * 3600_000) / 1000) * 1000;
const iso = (minutes: number): string => new Date(at(baseMs, minutes)).toISOString();
const story = bucketStory(baseMs);

/** A check of another control that only a person can make. */
const manual = JSON.parse(
  JSON.stringify(story[0])
    .replaceAll('s3_bucket_policy_public_write_access', 's3_account_owner_reviewed')
    .replaceAll('2.1.4', '1.1.1')
    .replaceAll('"PASS"', '"MANUAL"'),
) as object;

test('posture by framework, at any date and with what is not assessed; evidence behind each control', async (t) => {
  const processor = await startProcessor();
  t.after(() => processor.stop());
  await processor.sendLogs([...story, manual]);
  const items = async <T>(path: string): Promise<T[]> =>
    ((await processor.get(`/api/v1/compliance${path}`)) as Page<T>).items;

  const posture = { framework: 'CIS-3.0', family: 'CIS' };
  for (const [minutes, passing, failing, notAssessed] of [
    [AT.passed + 5, 1, 0, 1],
    [AT.failed + 5, 0, 1, 1],
    [AT.verified + 5, 1, 0, 1],
  ] as const) {
    assert.deepEqual(
      await items<FrameworkJson>(`?valid_at=${iso(minutes)}`),
      [{ ...posture, group: null, passing, failing, not_assessed: notAssessed, score: passing }],
      `at minute ${minutes}`,
    );
  }
  assert.deepEqual(await items(`?valid_at=${iso(-60)}`), []);
  for (const [by, group] of [
    ['account', ACCOUNT],
    ['team', 'payments'],
  ]) {
    const [row, ...others] = await items<FrameworkJson>(`?by=${by}`);
    assert.deepEqual([row?.group, row?.score, others], [group, 1, []]);
  }
  assert.deepEqual(await items<ControlJson>(`/controls?framework=CIS-3.0&valid_at=${iso(AT.failed + 5)}`), [
    { control: '1.1.1', status: 'not_assessed', checks: { pass: 0, fail: 0, accepted: 0, not_assessed: 1 } },
    { control: '2.1.4', status: 'fail', checks: { pass: 0, fail: 1, accepted: 0, not_assessed: 0 } },
  ]);
  const series = await items<PosturePointJson>(
    `/series?framework=CIS-3.0&window=80m&step=10m&valid_at=${iso(AT.verified)}`,
  );
  // Every ten minutes from 0 to 80: the bucket fails from 30 to before 80.
  assert.deepEqual(
    series.map(({ score }) => score),
    [1, 1, 1, 0, 0, 0, 0, 0, 1],
  );
  for (const [minutes, status, verdict, said] of [
    [AT.passed + 5, 'pass', 'pass', AT.passed],
    [AT.failed + 5, 'fail', 'fail', AT.failed],
    [AT.verified + 5, 'pass', 'pass', AT.verified],
  ] as const) {
    const [evidence, ...others] = await items<EvidenceJson>(
      `/evidence?framework=CIS-3.0&control=2.1.4&valid_at=${iso(minutes)}`,
    );
    assert.deepEqual(
      [evidence?.asset_id, evidence?.status, evidence?.verdict, evidence?.at, others],
      [ASSET, status, verdict, iso(said), []],
    );
    assert.match(evidence?.fact_id ?? '', /^[0-9a-f]{32}$/);
  }
  const findings = (await processor.get('/api/v1/findings')) as Page<FindingJson>;
  assert.deepEqual(findings.items[0]?.controls, { 'CIS-3.0': ['2.1.4'] });
});
