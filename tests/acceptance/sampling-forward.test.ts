import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { DEFAULT_SAMPLING, encodeThreshold, hostMinute, isKept, thresholdsOf } from '@cnapp-slo/model';
import { type CollectorServer, startCollector } from '../servers/collector.ts';
import { startKafka } from '../servers/kafka.ts';
import { freePort, temporaryFolder, waitFor } from '../servers/process.ts';
import { type ProcessorServer, startProcessor } from '../servers/processor.ts';
import { requirePart } from '../servers/require-part.ts';

const { skip } = requirePart('collector');
const kafkaSkip = skip || requirePart('kafka').skip;
/** How long the downstream is away. */
const OUTAGE_MS = Number(process.env.CNAPP_OUTAGE_MS ?? 4000);
const START = Date.parse('2026-10-01T00:00:00Z');
// Nobody knows these hosts: they are T2.
const threshold = thresholdsOf(DEFAULT_SAMPLING).T2;
const randomnessOf = (unit: string): string => createHash('sha256').update(unit).digest('hex').slice(0, 14);

const folders: ReturnType<typeof temporaryFolder>[] = [];
/** What still runs when a test fails. */
const running = new Set<{ stop(): Promise<unknown> }>();
after(async () => {
  for (const one of [...running].reverse()) await one.stop();
  for (const made of folders) made.remove();
});
const run = <T extends { stop(): Promise<unknown> }>(one: T): T => {
  running.add(one);
  return one;
};
const folder = (): string => {
  const made = temporaryFolder('sampling');
  folders.push(made);
  return made.path;
};

/** A delivery: ten minutes of a host of its own, a line each. */
function delivery(host: string): object {
  const logRecords = Array.from({ length: 10 }, (_, minute) => ({
    timeUnixNano: `${BigInt(START + minute * 60_000) * 1_000_000n}`,
    body: { stringValue: `${host} ${minute}` },
  }));
  const attributes = [{ key: 'host.name', value: { stringValue: host } }];
  return { resourceLogs: [{ resource: { attributes }, scopeLogs: [{ logRecords }] }] };
}

const expectedOf = (hosts: Iterable<string>): string[] =>
  [...hosts].flatMap((host) =>
    Array.from({ length: 10 }, (_, minute) => minute)
      .filter((minute) => isKept(randomnessOf(hostMinute(host, START + minute * 60_000)), threshold))
      .map((minute) => `${host} ${minute}`),
  );

/** Sends until told to stop; hosts whose delivery was acknowledged. Retries what was refused or cut off. */
class Client {
  readonly acknowledged = new Set<string>();
  processor: ProcessorServer;
  #stopping = false;
  #running: Promise<void>;
  #next = 0;

  constructor(processor: ProcessorServer) {
    this.processor = processor;
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#stopping) {
      const host = `host-${this.#next}`;
      this.#next += 1;
      try {
        const response = await fetch(`http://${this.processor.otlpHttp}/v1/logs`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(delivery(host)),
        });
        await response.arrayBuffer();
        if (response.ok) this.acknowledged.add(host);
      } catch {
        await pause(50); // it was killed
      }
      await pause(5);
    }
  }
}

interface Arrived {
  body: string;
  threshold: string | undefined;
}

function arrivedIn(path: string): Arrived[] {
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line.endsWith('}'))
    .flatMap((line) => JSON.parse(line).resourceLogs ?? [])
    .flatMap((group) => group.scopeLogs)
    .flatMap((scope) => scope.logRecords)
    .map(({ body, attributes = [] }) => ({
      body: body.stringValue,
      threshold: attributes.find(({ key }: { key: string }) => key === 'sampling.threshold')?.value.stringValue,
    }));
}

for (const transport of ['otlp_http', 'otlp_grpc'] as const) {
  test(`${transport}: with the downstream gone for ${OUTAGE_MS} ms and kill -9 of ours, all that was acknowledged arrives`, {
    skip,
  }, async (context) => {
    const [grpc, http] = [`127.0.0.1:${await freePort()}`, `127.0.0.1:${await freePort()}`];
    const kept = join(folder(), 'kept.json');
    const downstream = (): Promise<CollectorServer> =>
      startCollector(() => ({
        receivers: { 'otlp/fixed': { protocols: { grpc: { endpoint: grpc }, http: { endpoint: http } } } },
        exporters: { file: { path: kept, append: true } },
        pipelines: { logs: { receivers: ['otlp/fixed'], exporters: ['file'] } },
      }));
    const data = folder();
    const settings = [
      'sampling.mode=forward',
      `sampling.path=${join(data, 'sampling')}`,
      `sampling.forward={${transport}: {endpoint: "http://${transport === 'otlp_http' ? http : grpc}"}}`,
    ];
    let collector = run(await downstream());
    let processor = run(await startProcessor(join(data, 'cnapp.db'), settings));
    const client = run(new Client(processor));
    const acknowledgedMore = async (more: number): Promise<void> => {
      const until = client.acknowledged.size + more;
      await waitFor(`${more} more deliveries`, async () => client.acknowledged.size >= until);
    };
    await acknowledgedMore(30);
    await collector.stop();
    await acknowledgedMore(30);
    const whileAway = client.acknowledged.size;
    await processor.stop('SIGKILL');
    processor = run(await startProcessor(join(data, 'cnapp.db'), settings));
    client.processor = processor;
    await acknowledgedMore(30);
    await pause(OUTAGE_MS);
    collector = run(await downstream());
    await acknowledgedMore(10);
    await client.stop();
    const expected = new Set(expectedOf(client.acknowledged));
    await waitFor(
      'all that was acknowledged',
      async () => {
        const there = new Set(arrivedIn(kept).map(({ body }) => body));
        return [...expected].every((body) => there.has(body));
      },
      90_000,
    );
    await processor.stop();
    await collector.stop();
    const arrived = arrivedIn(kept);
    context.diagnostic(
      `${client.acknowledged.size} deliveries acknowledged (${whileAway} before the kill), ${expected.size} records kept, ${arrived.length - new Set(arrived.map(({ body }) => body)).size} twice`,
    );
    assert.ok(arrived.every((one) => one.threshold === encodeThreshold(threshold)));
    // Nothing that should have been dropped is there, acknowledged or not.
    assert.deepEqual(
      arrived.filter(({ body }) => {
        const [host = '', minute] = body.split(' ');
        return !isKept(randomnessOf(hostMinute(host, START + Number(minute) * 60_000)), threshold);
      }),
      [],
    );
  });
}

test('kafka: the sampled stream arrives in a topic, and is read again by a processor', {
  skip: kafkaSkip,
}, async () => {
  const kafka = run(await startKafka());
  const processor = run(
    await startProcessor(undefined, [
      'sampling.mode=forward',
      `sampling.path=${folder()}`,
      `sampling.forward={kafka: {brokers: ["${kafka.broker}"], logs_topic: sampled}}`,
    ]),
  );
  const hosts = Array.from({ length: 20 }, (_, index) => `kafka-${index}`);
  for (const host of hosts) {
    const response = await fetch(`http://${processor.otlpHttp}/v1/logs`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(delivery(host)),
    });
    assert.equal(response.status, 200);
  }
  const reader = run(
    await startProcessor(undefined, [
      `receivers.kafka.brokers=[${kafka.broker}]`,
      'receivers.kafka.topics=[sampled]',
      'receivers.kafka.group_id=reader',
    ]),
  );
  const expected = expectedOf(hosts).length;
  assert.ok(expected > 0);
  await waitFor('the sampled stream', async () => {
    const { items } = (await reader.get('/api/v1/sources')) as { items: { records: number }[] };
    return items.reduce((sum, { records }) => sum + records, 0) >= expected;
  });
  const { items } = (await reader.get('/api/v1/sources')) as { items: { records: number }[] };
  assert.equal(
    items.reduce((sum, { records }) => sum + records, 0),
    expected,
  );
  await reader.stop();
  await processor.stop();
  await kafka.stop();
});
