import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { SliReport } from '@cnapp-slo/model';
import { Kafka, logLevel } from 'kafkajs';
import { type KafkaServer, startKafka } from '../../../tests/servers/kafka.ts';
import { freePort, waitFor } from '../../../tests/servers/process.ts';
import { requirePart } from '../../../tests/servers/require-part.ts';
import { OcsfSchema } from '../ocsf/schema.ts';
import { clockAt, episode, PushFeed, publicBucket, recordingSettings, transition } from '../samples.ts';
import { KafkaExporter, parseKafkaExporterConfig } from './exporter.ts';
import { SliChanges } from './sli-changes.ts';

const kafka = requirePart('kafka');
const fixtures = requirePart('fixtures');

const clocks = { t_change: clockAt(0), t_detect: clockAt(1200, 'prowler') };

function report(changes: Partial<SliReport> = {}): SliReport {
  return {
    id: 'mttd-config',
    code: 'M1',
    title: 'MTTD',
    unit: 's',
    direction: 'lower_is_better',
    value: 1200,
    ratio: 1,
    objective: 0.95,
    good: 1,
    bad: 0,
    excluded: {},
    pending: 0,
    coverage: 1,
    status: 'ok',
    reason: null,
    budget: { remaining: 1, burn: { '1h': 0, '6h': 0, '1d': 0, '3d': 0 } },
    window: '28d',
    as_of: '2026-03-02T12:00:00Z',
    final: false,
    definition_version: 'm1.v1',
    ...changes,
  };
}

function exporterOf(raw: Record<string, unknown>, reports: SliReport[] = []) {
  const settings = recordingSettings();
  const feed = new PushFeed();
  const config = parseKafkaExporterConfig(raw);
  assert.ok(config);
  const exporter = new KafkaExporter(config, { slis: { list: () => reports }, feed }, settings);
  return { exporter, feed, settings };
}

let server: KafkaServer | undefined;
before(async () => {
  if (!kafka.skip) server = await startKafka();
});
after(() => server?.stop());

/** Everything in the topics so far, as `[key, parsed value]`. */
async function consume(broker: string, topics: string[], count: number) {
  const client = new Kafka({ brokers: [broker], logLevel: logLevel.NOTHING });
  const consumer = client.consumer({ groupId: `test-${topics.join('-')}` });
  const messages: { topic: string; key: string; value: Record<string, unknown> }[] = [];
  await consumer.connect();
  await consumer.subscribe({ topics, fromBeginning: true });
  await consumer.run({
    eachMessage: async ({ topic, message }) => {
      const value = JSON.parse(message.value?.toString() ?? 'null');
      messages.push({ topic, key: message.key?.toString() ?? '', value });
    },
  });
  try {
    await waitFor(`${count} messages`, () => messages.length >= count);
  } finally {
    await consumer.disconnect();
  }
  return messages;
}

test('a real broker gets each step as a valid OCSF finding under its key, and each SLI once until it changes', {
  skip: kafka.skip,
}, async () => {
  assert.ok(server);
  const reports = [report()];
  const { exporter, feed, settings } = exporterOf({ brokers: [server.broker], sli_interval: '20ms' }, reports);
  try {
    await exporter.start();
    feed.push(transition('detected', episode(clocks)), transition('alerted', episode(clocks)));
    await waitFor('three messages', () => settings.counts.get('exported') === 3);
    reports[0] = report({ value: 1500, good: 2 });
    await waitFor('the changed SLI', () => settings.counts.get('exported') === 4);
    const messages = await consume(server.broker, ['cnapp.findings', 'cnapp.slis'], 4);
    const findings = messages.filter(({ topic }) => topic === 'cnapp.findings');
    assert.deepEqual(
      findings.map(({ key, value }) => [key, value.activity_id]),
      [
        ['f_0a1b2c', 1],
        ['f_0a1b2c', 2],
      ],
    );
    const slis = messages.filter(({ topic }) => topic === 'cnapp.slis');
    assert.deepEqual(
      slis.map(({ key, value }) => [key, value.value]),
      [
        ['mttd-config', 1200],
        ['mttd-config', 1500],
      ],
    );
    if (!fixtures.skip) {
      const schema = new OcsfSchema(join(fixtures.path, 'ocsf-schema', '1.8.0'));
      for (const { value } of findings) assert.deepEqual(schema.problems(value), []);
    }
  } finally {
    await exporter.stop();
  }
});

test('what happens while the broker is down arrives when it is back', { skip: kafka.skip }, async () => {
  assert.ok(server);
  const { exporter, feed, settings } = exporterOf({ brokers: [server.broker], findings_topic: 'outage' });
  try {
    await exporter.start();
    feed.push(transition('detected', episode(clocks)));
    await waitFor('the first message', () => settings.counts.get('exported') === 1);
    await server.halt('SIGKILL');
    feed.push(transition('closed', episode(clocks)));
    await waitFor('a retry', () => [...settings.counts.keys()].some((key) => key.startsWith('retried kafka_')));
    await server.resume();
    await waitFor('the second message', () => settings.counts.get('exported') === 2, 60_000);
    const steps = (await consume(server.broker, ['outage'], 2)).map(({ value }) => value.activity_id);
    assert.deepEqual([...new Set(steps)], [1, 3]);
  } finally {
    await exporter.stop();
  }
});

test('without a broker messages wait, what does not fit is dropped, and stop does not hang', async () => {
  const raw = { brokers: [`127.0.0.1:${await freePort()}`], max_queue_messages: 1 };
  const { exporter, feed, settings } = exporterOf(raw);
  await exporter.start();
  const proof = { text: 'x'.repeat(1_000_000) };
  feed.push(
    transition('detected', episode(clocks)),
    transition('alerted', episode(clocks)),
    transition('alerted', episode(clocks), { finding: { ...publicBucket, evidence: proof } }),
  );
  assert.equal(settings.counts.get('dropped message_too_large'), 1);
  assert.equal(settings.counts.get('dropped queue_full'), 1);
  await exporter.stop();
  await exporter.stop();
  assert.equal(settings.counts.get('dropped shutdown'), 1);
});

test('an SLI has changed when anything but the time has', () => {
  const reports = [report(), report({ id: 'mttr' })];
  const changes = new SliChanges({ list: () => reports });
  const ids = () => changes.changed().map(({ id }) => id);
  assert.deepEqual(ids(), ['mttd-config', 'mttr']);
  reports[0] = report({ as_of: '2026-03-02T12:00:30Z' });
  assert.deepEqual(ids(), []);
  reports[1] = report({ id: 'mttr', status: 'at_risk' });
  assert.deepEqual(ids(), ['mttr']);
});

test('without a section there is no exporter, and a wrong key is named without its value', () => {
  assert.equal(parseKafkaExporterConfig(undefined), null);
  assert.throws(() => parseKafkaExporterConfig({}), /^Error: exporters\.kafka\.brokers: /);
  const sasl = { mechanism: 'hunter2', username: 'u', password: '' };
  assert.throws(
    () => parseKafkaExporterConfig({ brokers: ['k:9092'], sasl }),
    (error: Error) => /exporters\.kafka\.sasl\.mechanism: /.test(error.message) && !/hunter2/.test(error.message),
  );
});
