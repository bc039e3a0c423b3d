import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { hostMinute, thresholdOf } from '@cnapp-slo/model';
import { temporaryFolder, waitFor } from '../servers/process.ts';
import { type ProcessorServer, startProcessor } from '../servers/processor.ts';

const folder = temporaryFolder('rollout');
const MINUTE = 60_000;
const settings = [
  'sampling.mode=shadow',
  `sampling.path=${join(folder.path, 'sampling')}`,
  'sampling.rollout={shadow_seconds: 0, canary_seconds: 0, canary_share: 1, guards: {interval_seconds: 0.2}}',
];
let processor: ProcessorServer;
const start = async (): Promise<void> => {
  processor = await startProcessor(join(folder.path, 'cnapp.db'), settings);
};
after(async () => {
  await processor?.stop();
  folder.remove();
});

interface Rollout {
  id: string;
  step: string;
  guards: { guard: string; value: number | null; broken: boolean }[] | null;
  steps: { step: string; actor: string; reason: string }[];
}
const post = async (path: string, body: object): Promise<Rollout> => {
  const response = await fetch(`http://${processor.api}/api/v1/sampling${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ reason: 'the bill', actor: 'ana', ...body }),
  });
  const answer = await response.json();
  assert.ok(response.ok, JSON.stringify(answer));
  return answer as Rollout;
};
const latest = async (): Promise<Rollout> => {
  const { items } = (await processor.get('/api/v1/sampling/rollouts')) as { items: Rollout[] };
  return items[0] ?? assert.fail('no rollout');
};

/** Plain lines of a host at these minutes. */
async function sendLines(host: string, minutes: readonly number[]): Promise<void> {
  const logRecords = minutes.map((ms) => ({
    timeUnixNano: `${BigInt(ms) * 1_000_000n}`,
    body: { stringValue: `line ${ms}` },
  }));
  const attributes = [{ key: 'service.name', value: { stringValue: host } }];
  const response = await fetch(`http://${processor.otlpHttp}/v1/logs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ resourceLogs: [{ resource: { attributes }, scopeLogs: [{ logRecords }] }] }),
  });
  assert.equal(response.status, 200);
}

const instance = 'i-0123456789abcdef0';
const inventory = {
  ResourceTagMappingList: [
    {
      ResourceARN: `arn:aws:ec2:eu-central-1:111122223333:instance/${instance}`,
      Tags: [
        { Key: 'criticality', Value: 'c1' },
        { Key: 'service', Value: 'shop' },
      ],
    },
  ],
};
const detection = () => ({
  schemaVersion: '2.0',
  accountId: '111122223333',
  region: 'eu-central-1',
  partition: 'aws',
  id: 'f1',
  arn: 'arn:aws:guardduty:eu-central-1:111122223333:detector/d/finding/f1',
  type: 'Backdoor:EC2/C&CActivity.B',
  severity: 8,
  title: 'It talks to a command and control server',
  createdAt: new Date().toISOString(),
  updatedAt: new Date().toISOString(),
  resource: { resourceType: 'Instance', instanceDetails: { instanceId: instance } },
  service: { archived: false, count: 1, action: { actionType: 'NETWORK_CONNECTION' } },
});
const randomnessAt = (ms: number): string =>
  createHash('sha256').update(hostMinute('shop', ms)).digest('hex').slice(0, 14);

test('a change of the tiers survives kill -9 at every step, and a guard takes it back from all telemetry after one', async () => {
  await start();
  assert.equal((await processor.sendLogs([inventory])).status, 200);
  const kill = async (): Promise<void> => {
    await processor.stop('SIGKILL');
    await start();
  };
  await kill(); // tiers are made at the start
  await sendLines('shop', [Date.now()]);
  const { id } = await post('/rollouts', { probability: { T1: 0.02 } });
  for (const step of ['shadow', 'canary', 'enforced']) {
    const told = await post(`/rollouts/${step}`, { rollout_id: id });
    await kill();
    assert.deepEqual([(await latest()).id, (await latest()).step], [told.id, step]);
  }
  const overview = async () => (await processor.get('/api/v1/sampling')) as { probability: { T1: number } };
  assert.equal((await overview()).probability.T1, 0.02);

  // A minute of the last fourteen that half of the units keep and one in fifty does not.
  const [half, fiftieth] = [thresholdOf(0.5) ?? '', thresholdOf(0.02) ?? ''];
  const minute = Array.from({ length: 14 }, (_, index) => Date.now() - index * MINUTE).find(
    (ms) => randomnessAt(ms) >= half && randomnessAt(ms) < fiftieth,
  );
  assert.ok(minute !== undefined, 'one of fourteen minutes');
  await sendLines('shop', [minute]);
  assert.equal((await processor.sendLogs([detection()])).status, 200);
  await waitFor('the change to be taken back', async () => (await latest()).step === 'reverted');
  await kill();
  const { step, steps } = await latest();
  assert.equal(step, 'reverted');
  assert.deepEqual(
    steps.map(({ step: name, actor, reason }) => [name, actor, reason]),
    [
      ['proposed', 'ana', 'the bill'],
      ['shadow', 'ana', 'the bill'],
      ['canary', 'ana', 'the bill'],
      ['enforced', 'ana', 'the bill'],
      ['reverted', 'guard', 'critical_recall 0, at least 1'],
    ],
  );
  assert.equal((await overview()).probability.T1, 0.5);
});
