import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startCollector } from '../../../tests/servers/collector.ts';
import { freePort, waitFor } from '../../../tests/servers/process.ts';
import { requirePart } from '../../../tests/servers/require-part.ts';
import { OcsfSchema } from '../ocsf/schema.ts';
import { clockAt, episode, PushFeed, recordingSettings, START_MS, transition } from '../samples.ts';
import { OtlpLogsExporter, parseOtlpLogsConfig } from './exporter.ts';
import { recordOf } from './record.ts';

const collector = requirePart('collector');
const fixtures = requirePart('fixtures');

const clocks = { t_change: clockAt(0), t_detect: clockAt(1200, 'prowler') };

test('a record says its class, its severity and what one filters by', () => {
  const record = recordOf(transition('detected', episode(clocks)));
  assert.equal(record.eventName, 'ocsf.compliance_finding');
  // Critical is ERROR2.
  assert.deepEqual([record.severityNumber, record.severityText], [18, 'critical']);
  assert.equal(record.attributes['security_rule.name'], 's3_bucket_public_access');
  assert.equal(record.attributes['cnapp.asset.id'], 'arn:aws:s3:::acme-invoices');
  assert.equal(JSON.parse(record.body).class_uid, 2003);
});

interface LogRecord {
  timeUnixNano: string;
  eventName?: string;
  body: { stringValue: string };
}

test('a real Collector receives valid OCSF 1.8.0 in log records', { skip: collector.skip }, async () => {
  const server = await startCollector((folder) => ({
    exporters: { file: { path: join(folder, 'out.json'), flush_interval: '100ms' } },
    pipelines: { logs: { receivers: ['otlp'], exporters: ['file'] } },
  }));
  const feed = new PushFeed();
  const settings = recordingSettings();
  const config = parseOtlpLogsConfig({ endpoint: `http://${server.grpc}` });
  assert.ok(config);
  const exporter = new OtlpLogsExporter(config, feed, settings);
  const received = (): LogRecord[] => {
    const file = join(server.folder, 'out.json');
    const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
    return lines.flatMap((line) => {
      const { resourceLogs } = JSON.parse(line) as { resourceLogs: { scopeLogs: { logRecords: LogRecord[] }[] }[] };
      return resourceLogs.flatMap(({ scopeLogs }) => scopeLogs.flatMap(({ logRecords }) => logRecords));
    });
  };
  try {
    await exporter.start();
    const step = transition('detected', episode(clocks));
    feed.push(step, transition('closed', episode(clocks, { state: 'closed', closeReason: 'remediated_verified' })));
    await waitFor('two records to be taken', () => settings.counts.get('exported') === 2);
    await waitFor('two records in the file', () => received().length >= 2);
    const [first, last] = received();
    assert.equal(first?.timeUnixNano, `${step.atMs}000000`);
    assert.ok(step.atMs >= START_MS);
    const events = [first, last].map((record) => JSON.parse(record?.body.stringValue ?? '{}'));
    assert.deepEqual(
      events.map(({ status_id, compliance }) => [status_id, compliance.status_id]),
      [
        [1, 3],
        [4, 1],
      ],
    );
    if (fixtures.skip) return;
    const schema = new OcsfSchema(join(fixtures.path, 'ocsf-schema', '1.8.0'));
    for (const event of events) assert.deepEqual(schema.problems(event), []);
  } finally {
    await exporter.stop();
    await server.stop();
  }
});

test('while the receiver is away records wait, and what does not fit is dropped and counted', async () => {
  const settings = recordingSettings();
  const feed = new PushFeed();
  const config = parseOtlpLogsConfig({ endpoint: `http://127.0.0.1:${await freePort()}`, max_queue_records: 1 });
  assert.ok(config);
  const exporter = new OtlpLogsExporter(config, feed, settings);
  await exporter.start();
  feed.push(transition('detected', episode(clocks)), transition('restated', episode(clocks)));
  await waitFor('a retry', () => (settings.counts.get('retried unavailable') ?? 0) > 0);
  assert.equal(settings.counts.get('dropped queue_full'), 1);
  await exporter.stop();
  assert.equal(settings.counts.get('dropped shutdown'), 1);
});

test('without a section there is no exporter, and a wrong key is named', () => {
  assert.equal(parseOtlpLogsConfig(undefined), null);
  assert.throws(() => parseOtlpLogsConfig({}), /^Error: exporters\.otlp_logs\.endpoint: /);
});
