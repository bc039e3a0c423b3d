import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Page, SourceJson } from '@cnapp-slo/model';
import { Kafka, logLevel } from 'kafkajs';
import { type KafkaServer, startKafka } from '../servers/kafka.ts';
import { waitFor } from '../servers/process.ts';
import { startProcessor } from '../servers/processor.ts';
import { requirePart } from '../servers/require-part.ts';

/** The topics of docs/connect, filled as Falcosidekick, EventBridge, SNS and an Event Hub fill them, through a real broker. */
const { skip } = requirePart('kafka');
const formats = join(import.meta.dirname, '../../collector-processor/src/formats');

function samplesOf(format: string): unknown[] {
  const names = globSync('*.in.json', { cwd: join(formats, format, 'testdata') });
  return names.flatMap((name) => {
    const value = JSON.parse(readFileSync(join(formats, format, 'testdata', name), 'utf8')) as unknown;
    return Array.isArray(value) ? value : [value];
  });
}

const inEventBridge = (detail: unknown) => ({
  version: '0',
  id: '1',
  'detail-type': 'GuardDuty Finding',
  source: 'aws.guardduty',
  account: '111122223333',
  time: '2026-01-02T03:04:05Z',
  region: 'eu-west-1',
  resources: [],
  detail,
});

const topics: { topic: string; format: string; values: unknown[] }[] = [
  { topic: 'falco', format: 'falco', values: samplesOf('falco') },
  { topic: 'aws-events', format: 'guardduty', values: samplesOf('guardduty').map(inEventBridge) },
  {
    topic: 'aws-config',
    format: 'inventory-aws-config',
    values: samplesOf('inventory-aws-config').map((message) => ({
      Type: 'Notification',
      TopicArn: 'arn:aws:sns:eu-west-1:111122223333:config',
      Message: JSON.stringify(message),
      Timestamp: '2026-01-02T03:04:05Z',
    })),
  },
  { topic: 'defender', format: 'defender-for-cloud', values: [{ records: samplesOf('defender-for-cloud') }] },
];

let kafka: KafkaServer;
before(async () => {
  if (!skip) kafka = await startKafka();
});
after(() => kafka?.stop());

test('what the pages put into Kafka is recognised, and nothing is refused', { skip }, async () => {
  const producer = new Kafka({ brokers: [kafka.broker], logLevel: logLevel.NOTHING }).producer();
  await producer.connect();
  for (const { topic, values } of topics)
    await producer.send({ topic, messages: values.map((value) => ({ value: JSON.stringify(value) })) });
  await producer.disconnect();
  const processor = await startProcessor(undefined, [
    `receivers.kafka.brokers=[${kafka.broker}]`,
    `receivers.kafka.topics=[${topics.map(({ topic }) => topic).join(',')}]`,
  ]);
  try {
    const sources = async () => ((await processor.get('/api/v1/sources')) as Page<SourceJson>).items;
    for (const { topic, format, values } of topics) {
      await waitFor(`${format} from ${topic}`, async () => {
        const seen = (await sources()).filter((source) => source.format === format);
        return seen.reduce((sum, source) => sum + source.recognised, 0) >= values.length;
      });
    }
    const unknown = (await sources())
      .flatMap(({ rejects }) => Object.keys(rejects))
      .filter((code) => /unknown/.test(code));
    assert.deepEqual(unknown, []);
  } finally {
    await processor.stop();
  }
});
