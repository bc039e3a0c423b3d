import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Kafka, logLevel } from 'kafkajs';
import { startKafka } from './kafka.ts';
import { accepts } from './process.ts';
import { requirePart } from './require-part.ts';

const kafka = requirePart('kafka');

test('a broker keeps messages over a crash, and is gone after stop', { skip: kafka.skip }, async () => {
  const server = await startKafka();
  try {
    const client = new Kafka({ brokers: [server.broker], logLevel: logLevel.NOTHING });
    const producer = client.producer();
    await producer.connect();
    await producer.send({ topic: 'findings', messages: [{ key: 'k', value: 'one' }] });
    await producer.disconnect();

    await server.halt('SIGKILL');
    await server.resume();

    const consumer = client.consumer({ groupId: 'test' });
    await consumer.connect();
    await consumer.subscribe({ topics: ['findings'], fromBeginning: true });
    const received = await new Promise<string | undefined>((resolve) => {
      consumer.run({ eachMessage: async ({ message }) => resolve(message.value?.toString()) });
    });
    await consumer.disconnect();
    assert.equal(received, 'one');
  } finally {
    await server.stop();
  }
  assert.equal(await accepts(Number(server.broker.split(':')[1])), false);
});
