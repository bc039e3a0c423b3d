import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import kafkajs, { type Admin, type Message, type Producer } from 'kafkajs';
import { type KafkaServer, startKafka } from '../../../../tests/servers/kafka.ts';
import { waitFor } from '../../../../tests/servers/process.ts';
import { requirePart } from '../../../../tests/servers/require-part.ts';
import { accepted, RecordingIntake, recordingSettings } from '../receiver-contract.ts';
import { parseKafkaConfig } from './config.ts';
import { KafkaReceiver } from './receiver.ts';

const kafka = requirePart('kafka');
const skip = { skip: kafka.skip };
let server: KafkaServer;
let producer: Producer;
let admin: Admin;

before(async () => {
  if (kafka.skip) return;
  server = await startKafka();
  const client = new kafkajs.Kafka({ brokers: [server.broker], logLevel: kafkajs.logLevel.NOTHING });
  producer = client.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
  admin = client.admin();
  await Promise.all([producer.connect(), admin.connect()]);
});
after(async () => {
  if (kafka.skip) return;
  await Promise.all([producer.disconnect(), admin.disconnect()]);
  await server.stop();
});

/** Runs a test body with a receiver that consumes the topic in a group of its own. */
async function consuming(
  topic: string,
  intake: RecordingIntake,
  body: (receiver: KafkaReceiver) => Promise<void>,
  raw: Record<string, unknown> = {},
): Promise<void> {
  const config = parseKafkaConfig({ brokers: [server.broker], topics: [topic], group_id: `of-${topic}`, ...raw });
  assert.ok(config);
  const receiver = new KafkaReceiver(config, intake, recordingSettings().settings);
  await receiver.start();
  try {
    await body(receiver);
  } finally {
    await receiver.stop();
  }
}

async function produce(topic: string, messages: readonly Message[]): Promise<void> {
  await producer.send({ topic, messages: [...messages] });
}

async function createTopic(topic: string, numPartitions = 1): Promise<void> {
  await admin.createTopics({ topics: [{ topic, numPartitions }], waitForLeaders: true });
}

const texts = (intake: RecordingIntake) => intake.deliveries.map(({ bytes }) => Buffer.from(bytes).toString());

test('headers, times and encodings arrive', skip, async () => {
  const topic = 'headers';
  await createTopic(topic);
  const headers = { traceparent: 'of-the-hop', 'Content-Type': 'application/json', ce_id: ['first', 'last'] };
  await produce(topic, [
    { value: '{"id":0}', headers, timestamp: '1700000000123' },
    { value: Buffer.from([0x0a, 0x02, 0x12, 0x00]) },
  ]);
  const intake = new RecordingIntake();
  await consuming(topic, intake, () => waitFor('both messages', () => intake.deliveries.length === 2));
  const [native, proto] = intake.deliveries;
  assert.deepEqual(native?.headers, { traceparent: 'of-the-hop', 'content-type': 'application/json', ce_id: 'last' });
  assert.deepEqual([native?.encoding, native?.recordTimeMs], ['native', 1700000000123]);
  assert.equal(proto?.encoding, 'otlp_proto');
});

for (const codec of ['gzip', 'snappy', 'lz4', 'zstd']) {
  // The broker itself compresses here, as the Java producers do: kafkajs would check our codec with our codec.
  test(`what Kafka compresses with ${codec} arrives`, skip, async () => {
    const topic = `codec-${codec}`;
    const configEntries = [{ name: 'compression.type', value: codec }];
    await admin.createTopics({ topics: [{ topic, configEntries }], waitForLeaders: true });
    const random = Buffer.from(crypto.getRandomValues(new Uint8Array(60_000))).toString('base64');
    const values = [`{"text":"${'again and again; '.repeat(8000)}"}`, `{"random":"${random}"}`, '{"last":true}'];
    await produce(
      topic,
      values.map((value) => ({ value })),
    );
    const intake = new RecordingIntake();
    await consuming(topic, intake, () => waitFor('all messages', () => intake.deliveries.length === 3));
    assert.deepEqual(texts(intake), values);
  });
}

test('a restart goes on where the store is, whatever Kafka was told', skip, async () => {
  const topic = 'resume';
  await createTopic(topic);
  await produce(
    topic,
    [0, 1, 2, 3, 4].map((id) => ({ value: `{"id":${id}}` })),
  );
  const intake = new RecordingIntake();
  await consuming(topic, intake, () => waitFor('the offset', () => intake.storedOffset(topic, 0) === '5'));

  // The store of a crash: its last transaction was the one of message 2. Kafka's commit, made on stop, says 5.
  const restored = new RecordingIntake();
  restored.offsets.set(`${topic}/0`, '3');
  await consuming(topic, restored, () => waitFor('the rest', () => restored.storedOffset(topic, 0) === '5'));
  assert.deepEqual(texts(restored), ['{"id":3}', '{"id":4}']);

  // The store is ahead of Kafka: an older commit is not followed.
  await admin.setOffsets({ groupId: `of-${topic}`, topic, partitions: [{ partition: 0, offset: '1' }] });
  const ahead = new RecordingIntake();
  ahead.offsets.set(`${topic}/0`, '5');
  await consuming(topic, ahead, async (receiver) => {
    await waitFor('consuming', () => receiver.topics.length === 1);
    await produce(topic, [{ value: '{"id":5}' }]);
    await waitFor('the new one', () => ahead.storedOffset(topic, 0) === '6');
  });
  assert.deepEqual(texts(ahead), ['{"id":5}']);
});

test('a poison message is dead-lettered with where it came from, and the rest goes on', skip, async () => {
  const topic = 'poison';
  await createTopic(topic);
  await produce(topic, [
    { value: '{"id":0}' },
    { key: 'k', value: 'poison', headers: { a: 'b' } },
    { value: '{"id":2}' },
  ]);
  const intake = new RecordingIntake();
  intake.answer = ({ bytes }) =>
    Buffer.from(bytes).includes('poison')
      ? { status: 'invalid', code: 'peel.empty', message: 'no document' }
      : accepted;
  await consuming(topic, intake, () => waitFor('the offset', () => intake.storedOffset(topic, 0) === '3'));

  const dead = new RecordingIntake();
  await consuming('poison.dlq', dead, () => waitFor('the dead letter', () => dead.deliveries.length === 1), {
    dead_letter_suffix: '.none',
  });
  assert.deepEqual(texts(dead), ['poison']);
  assert.deepEqual(dead.deliveries[0]?.headers, {
    a: 'b',
    reason: 'peel.empty: no document',
    topic,
    partition: '0',
    offset: '1',
  });
});

test('while the intake is overloaded a partition waits, stays in the group, and loses nothing', skip, async () => {
  const topic = 'overload';
  await createTopic(topic, 2);
  const ids = Array.from({ length: 40 }, (_, id) => id);
  await Promise.all(
    [0, 1].map((partition) =>
      produce(
        topic,
        ids.map((id) => ({ partition, value: `{"p":${partition},"id":${id}}` })),
      ),
    ),
  );
  const intake = new RecordingIntake();
  const taken: string[] = [];
  let refusals = 0;
  intake.answer = ({ bytes }) => {
    const text = Buffer.from(bytes).toString();
    if (text.includes('"p":0') && refusals < 100) {
      refusals++;
      return { status: 'retryable', code: 'overloaded', retryAfterMs: 100 };
    }
    taken.push(text);
    return accepted;
  };
  await consuming(topic, intake, () =>
    waitFor('both partitions', () => [0, 1].every((partition) => intake.storedOffset(topic, partition) === '40')),
  );
  assert.equal(refusals, 100);
  assert.deepEqual(new Set(taken).size, 80);
});

test('a broker that crashes and comes back costs nothing', skip, async () => {
  const topic = 'crash';
  await createTopic(topic);
  const intake = new RecordingIntake();
  await consuming(topic, intake, async (receiver) => {
    await waitFor('consuming', () => receiver.topics.length === 1);
    await produce(topic, [{ value: '{"id":0}' }]);
    await waitFor('the first', () => intake.storedOffset(topic, 0) === '1');
    await server.halt('SIGKILL');
    await server.resume();
    await produce(topic, [{ value: '{"id":1}' }]);
    await waitFor('the second', () => intake.storedOffset(topic, 0) === '2', 60_000);
  });
  assert.deepEqual([...new Set(texts(intake))], ['{"id":0}', '{"id":1}']);
});

test('a topic that is made later is found by its pattern', skip, async () => {
  const intake = new RecordingIntake();
  const found = async (receiver: KafkaReceiver) => {
    await createTopic('later-one');
    await produce('later-one', [{ value: '{"id":0}' }]);
    await waitFor('the message', () => intake.deliveries.length === 1);
    assert.deepEqual(receiver.topics, ['later-one']);
  };
  await consuming('later-*', intake, found, { group_id: 'later', topic_refresh_seconds: 0.2 });
});
