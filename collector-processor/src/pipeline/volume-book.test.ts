import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_EPISODE_POLICY, type TierLookup, type VolumeRow } from '@cnapp-slo/model';
import { SqliteStore } from '../storage/sqlite/store.ts';
import { ProcessorIntake } from './intake.ts';
import { encode } from './otlp/protobuf-oracle.ts';
import { Processor } from './processor.ts';

const NOON = Date.parse('2026-10-01T12:00:00Z');
const DAY = NOON / 86_400_000 - 0.5;
const BUCKET = 'arn:aws:s3:::data';

const text = (key: string, value: string) => ({ key, value: { stringValue: value } });
const plain = (size: number) => ({ body: { stringValue: 'x'.repeat(size) } });
const audit = (eventName: string, eventSource: string) => ({
  body: {
    stringValue: JSON.stringify({
      eventVersion: '1.08',
      eventID: `id-${eventName}`,
      eventTime: '2026-10-01T11:58:00Z',
      eventSource,
      eventName,
      awsRegion: 'eu-central-1',
      recipientAccountId: '111122223333',
      readOnly: false,
      userIdentity: { type: 'IAMUser', arn: 'arn:aws:iam::111122223333:user/dev', userName: 'dev' },
      requestParameters: eventName.includes('Bucket') ? { bucketName: 'data' } : { userName: 'dev' },
    }),
  },
});

const tiers: TierLookup = {
  find: (_tenant, assetId, resource) => {
    if (assetId === BUCKET) return { tier: 'T0', assetClass: 's3_bucket' };
    return resource['service.name'] === 'shop' ? { tier: 'T2', assetClass: 'deployment' } : null;
  },
};

function stage(store = new SqliteStore(':memory:')) {
  const processor = new Processor({
    store,
    policy: DEFAULT_EPISODE_POLICY,
    canCause: () => false,
    now: () => NOON,
    maxQueuedBytes: 1e8,
    telemetry: { commit: () => {}, records: () => {} },
    failed: (what, error) => assert.fail(`${what}: ${error}`),
  });
  processor.sources.volumes.tiers = tiers;
  const intake = new ProcessorIntake(processor);
  const send = (encoding: 'otlp_proto' | 'otlp_json', request: object) => {
    const bytes = encoding === 'otlp_proto' ? encode('LogsRequest', request) : Buffer.from(JSON.stringify(request));
    return intake
      .accept({ transport: 'otlp_http', encoding, signal: 'logs', bytes, receivedMs: NOON })
      .then((result) => ({ result, bytes: bytes.length }));
  };
  return { processor, send };
}

const request = (...groups: [service: string, logRecords: object[]][]) => ({
  resourceLogs: groups.map(([service, logRecords]) => ({
    resource: { attributes: [text('service.name', service)] },
    scopeLogs: [{ logRecords }],
  })),
});

const kinds = (rows: Iterable<VolumeRow>) =>
  [...rows].map((row) => [row.tier, row.assetClass, row.eventClass, row.events] as const).sort();

for (const encoding of ['otlp_proto', 'otlp_json'] as const) {
  test(`every record is counted by what it is about, and all bytes are somebody's: ${encoding}`, async () => {
    const { processor, send } = stage();
    const { result, bytes } = await send(
      encoding,
      request(
        ['shop', [plain(100), plain(100), audit('PutBucketPolicy', 's3.amazonaws.com')]],
        [
          'other',
          [plain(900), audit('CreateUser', 'iam.amazonaws.com'), audit('ConsoleLogin', 'signin.amazonaws.com')],
        ],
      ),
    );
    assert.equal(result.status, 'accepted');
    const rows = [...processor.sources.volumes.rows()];
    assert.deepEqual(
      kinds(rows),
      [
        [null, null, 'authentication', 1],
        [null, null, 'iam_write', 1],
        [null, null, 'log', 1],
        ['T0', 's3_bucket', 'cloud_write', 1],
        ['T2', 'deployment', 'log', 2],
      ].sort(),
    );
    assert.ok(rows.every((row) => row.day === DAY));
    assert.equal(
      rows.reduce((sum, row) => sum + row.bytes, 0),
      bytes,
    );
    // 900 characters against twice 100: the record's own bytes decide, with a few of frame around each.
    const logs = rows.filter(({ eventClass }) => eventClass === 'log');
    const [large = 0, small = 0] = logs.map((row) => row.bytes).sort((a, b) => b - a);
    assert.ok(large / small > 3 && large / small < 4.5, `${large} and ${small}`);
  });
}

test('the sources have the same bytes as their volumes', async () => {
  const { processor, send } = stage();
  const { bytes } = await send('otlp_proto', request(['a', [plain(10)]], ['b', [plain(990)]]));
  const [a, b] = [...processor.sources.all()].map((source) => source.bytes);
  assert.equal((a ?? 0) + (b ?? 0), bytes);
  assert.ok((b ?? 0) > 20 * (a ?? 0));
});

test('counts survive a restart, and are added to', async () => {
  const store = new SqliteStore(':memory:');
  await stage(store).send('otlp_proto', request(['shop', [plain(10)]]));
  const { processor, send } = stage(store);
  await send('otlp_proto', request(['shop', [plain(10)]]));
  assert.deepEqual(kinds(processor.sources.volumes.rows()), [['T2', 'deployment', 'log', 2]]);
});
