import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accepted, RecordingIntake, recordingSettings, testReceiverContract, until } from '../receiver-contract.ts';
import { parseKafkaConfig } from './config.ts';
import { FakeKafkaClient } from './fake-client.ts';
import { KafkaReceiver } from './receiver.ts';

const required = { brokers: ['127.0.0.1:9092'], topics: ['security'] };

function configOf(raw: Record<string, unknown> = {}) {
  const config = parseKafkaConfig({ ...required, ...raw });
  assert.ok(config);
  return config;
}

const clients = new WeakMap<object, FakeKafkaClient>();
testReceiverContract('Kafka', {
  create(intake, settings, limits) {
    const client = new FakeKafkaClient(['security']);
    const receiver = new KafkaReceiver(configOf(limits), intake, settings, () => client);
    clients.set(receiver, client);
    return receiver;
  },
  async send(receiver, body) {
    const client = clients.get(receiver);
    assert.ok(client);
    await until(() => client.isConsuming);
    const buried = client.sent.length;
    const { retryAfterMs } = await client.deliver([body]);
    if (retryAfterMs !== undefined) return 'retry';
    return client.sent.length > buried ? 'refused' : 'accepted';
  },
});

async function withReceiver(
  body: (
    client: FakeKafkaClient,
    intake: RecordingIntake,
    recording: ReturnType<typeof recordingSettings>,
  ) => Promise<void>,
  raw: Record<string, unknown> = {},
  topics = ['security'],
): Promise<void> {
  const client = new FakeKafkaClient(topics);
  const intake = new RecordingIntake();
  const recording = recordingSettings();
  const receiver = new KafkaReceiver(configOf(raw), intake, recording.settings, () => client);
  await receiver.start();
  await until(() => client.isConsuming);
  try {
    await body(client, intake, recording);
  } finally {
    await receiver.stop();
  }
}

const json = (value: unknown) => Buffer.from(JSON.stringify(value));

test('headers, the record time and the offset travel with the message', () =>
  withReceiver(async (client, intake) => {
    const headers = { traceparent: '00-5b8efff798038103d269b633813fc60c-eee19b7ec3c1b174-01', ce_type: 'finding' };
    await client.deliver([json({ id: 1 })], { headers, timeMs: 1_699_999_999_000 });
    assert.deepEqual(
      intake.deliveries.map(({ bytes, ...rest }) => rest),
      [
        {
          transport: 'kafka',
          encoding: 'native',
          signal: 'logs',
          receivedMs: 1_700_000_000_000,
          headers,
          recordTimeMs: 1_699_999_999_000,
          offset: { topic: 'security', partition: 0, next: '1' },
        },
      ],
    );
  }));

test('only the last message of a window carries the offset, after all others are durable', () =>
  withReceiver(async (client, intake) => {
    let release = (): void => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    intake.answer = (delivery) => (delivery.offset === undefined ? gate.then(() => accepted) : accepted);
    const delivered = client.deliver([json(0), json(1), json(2)]);
    await until(() => intake.deliveries.length === 2);
    assert.deepEqual(
      intake.deliveries.map(({ offset }) => offset),
      [undefined, undefined],
    );
    release();
    assert.deepEqual(await delivered, { next: '3' });
    assert.equal(intake.deliveries[2]?.offset?.next, '3');
    assert.equal(intake.storedOffset('security', 0), '3');
  }));

test('a message that cannot be decoded is in the dead-letter topic before the offset passes it', () =>
  withReceiver(async (client, intake, { counts }) => {
    intake.answer = (delivery) => {
      if (Buffer.from(delivery.bytes).includes('poison')) {
        return { status: 'invalid', code: 'peel.empty', message: 'there is no document in it' };
      }
      if (delivery.offset !== undefined) assert.equal(client.sent.length, 1);
      return accepted;
    };
    const key = Buffer.from('k');
    assert.deepEqual(await client.deliver([json(1), Buffer.from('poison'), json(2)], { key, headers: { a: 'b' } }), {
      next: '3',
    });
    assert.deepEqual(client.sent, [
      {
        topic: 'security.dlq',
        message: {
          key,
          value: Buffer.from('poison'),
          headers: {
            a: 'b',
            reason: 'peel.empty: there is no document in it',
            topic: 'security',
            partition: '0',
            offset: '1',
          },
        },
      },
    ]);
    assert.equal(counts['refused logs peel.empty'], 1);
    assert.equal(counts['request logs dead_letter'], 1);
    assert.equal(counts['accepted logs'], 2);
  }));

test('while the dead-letter topic cannot be written, the offset stays', () =>
  withReceiver(async (client, intake) => {
    intake.answer = () => ({ status: 'invalid', code: 'peel.empty', message: '' });
    client.sendFails = true;
    const result = await client.deliver([Buffer.from('poison'), json(1)]);
    assert.equal(result.next, null);
    assert.ok(result.retryAfterMs);
    assert.equal(intake.storedOffset('security', 0), null);
  }));

test('an overloaded intake stops at its message; what is repeated later is taken as new', () =>
  withReceiver(async (client, intake) => {
    intake.answer = () => ({ status: 'retryable', code: 'overloaded', retryAfterMs: 700 });
    const batch = {
      topic: 'security',
      partition: 0,
      highWatermark: '2',
      messages: [0, 1].map((id) => ({
        offset: String(id),
        key: null,
        value: json(id),
        timeMs: undefined,
        headers: {},
      })),
    };
    assert.deepEqual(await client.deliverBatch(batch), { next: null, retryAfterMs: 700 });
    intake.answer = () => accepted;
    assert.deepEqual(await client.deliverBatch(batch), { next: '2' });
    assert.equal(intake.storedOffset('security', 0), '2');
  }));

test('what the store already has is not taken again; an offset beyond the end is of another topic', () =>
  withReceiver(async (client, intake) => {
    intake.offsets.set('security/0', '2');
    assert.deepEqual(await client.deliver([json(0), json(1)]), { next: '2' });
    assert.equal(intake.deliveries.length, 0);
    assert.deepEqual(await client.deliver([json(2), json(3)]), { next: '4' });
    assert.equal(intake.deliveries.length, 2);
    intake.offsets.set('security/0', '500');
    assert.deepEqual(await client.deliver([json(4)]), { next: '5' });
    assert.equal(intake.deliveries.length, 3);
  }));

test('a partition that is taken away stops at the next window', () =>
  withReceiver(
    async (client, intake) => {
      intake.answer = (delivery) => {
        if (delivery.offset?.next === '1') client.isHeld = false;
        return accepted;
      };
      assert.deepEqual(await client.deliver([Buffer.alloc(900, '{'), Buffer.alloc(900, '{')]), { next: '1' });
      assert.equal(intake.deliveries.length, 1);
    },
    { max_bytes_in_flight: 1024, max_concurrent_partitions: 1 },
  ));

test('bytes in flight are bounded by windows, and the group hears from us between them', () =>
  withReceiver(
    async (client, intake, { bytesInFlight }) => {
      let most = 0;
      intake.answer = () => {
        most = Math.max(most, bytesInFlight());
        return accepted;
      };
      await client.deliver(Array.from({ length: 20 }, () => Buffer.alloc(1000, '{')));
      assert.equal(intake.deliveries.length, 20);
      assert.ok(most > 0 && most <= 5000, `${most} bytes`);
      assert.equal(client.heartbeats, 4);
      assert.equal(bytesInFlight(), 0);
    },
    { max_bytes_in_flight: 20_000, max_concurrent_partitions: 4 },
  ));

test('a tombstone is nothing, and passes', () =>
  withReceiver(async (client, intake) => {
    assert.deepEqual(await client.deliver([null, Buffer.alloc(0)]), { next: '2' });
    assert.equal(intake.deliveries.length, 0);
  }));

test('the dead-letter topics are not read back, nor are internal ones', async () => {
  const topics = ['security.findings', 'security.findings.dlq', '__consumer_offsets', 'other'];
  const client = new FakeKafkaClient(topics);
  const receiver = new KafkaReceiver(
    configOf({ topics: ['^'] }),
    new RecordingIntake(),
    recordingSettings().settings,
    () => client,
  );
  await receiver.start();
  await until(() => receiver.topics.length > 0);
  assert.deepEqual(receiver.topics, ['other', 'security.findings']);
  await receiver.stop();
});

test('a topic that appears later is found', async () => {
  const client = new FakeKafkaClient(['other']);
  const config = configOf({ topic_refresh_seconds: 0.05 });
  const receiver = new KafkaReceiver(config, new RecordingIntake(), recordingSettings().settings, () => client);
  await receiver.start();
  client.topics.push('security');
  await until(() => receiver.topics.length === 1);
  await receiver.stop();
});

test('brokers that do not answer hold up no start and no stop', async () => {
  const { settings, warnings } = recordingSettings();
  const receiver = new KafkaReceiver(configOf({ brokers: ['127.0.0.1:1'] }), new RecordingIntake(), settings);
  await receiver.start();
  await until(() => warnings.length > 0);
  await receiver.stop();
});

test('without its section nothing is consumed', () => assert.equal(parseKafkaConfig(undefined), null));

for (const [raw, message] of [
  [{ topics: ['a'] }, 'receivers.kafka.brokers: '],
  [{ brokers: ['localhost'], topics: ['a'] }, 'receivers.kafka.brokers.0: must be host:port'],
  [{ brokers: ['a:1'], topics: ['^('] }, 'receivers.kafka.topics.0: '],
  [{ brokers: ['a:1'], topics: [] }, 'receivers.kafka.topics: '],
  [{ brokers: ['a:1'], topics: ['a'], group: 'x' }, 'receivers.kafka.group: unknown key'],
] as const) {
  test(`a wrong configuration names its key: ${message}`, () => {
    assert.throws(
      () => parseKafkaConfig(raw),
      (error: Error) => error.message.startsWith(message),
    );
  });
}
