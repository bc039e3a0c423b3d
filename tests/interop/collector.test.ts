import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { FindingJson, Page } from '@cnapp-slo/model';
import { ASSET, bucketStory } from '../acceptance/bucket-story.ts';
import { startCollector } from '../servers/collector.ts';
import { type KafkaServer, startKafka } from '../servers/kafka.ts';
import { waitFor } from '../servers/process.ts';
import { logsRequest, type ProcessorServer, startProcessor } from '../servers/processor.ts';
import { requirePart } from '../servers/require-part.ts';
import { receiverCounts } from './counters.ts';

const { skip } = requirePart('collector');
const kafkaSkip = skip || requirePart('kafka').skip;

const story = bucketStory(Math.floor(Date.now() / 1000) * 1000 - 2 * 3600_000);
const attributes = [{ key: 'service.name', value: { stringValue: 'interop' } }];
const stamp = `${BigInt(Date.now()) * 1_000_000n}`;
const requests = {
  logs: logsRequest(story),
  traces: {
    resourceSpans: [
      {
        resource: { attributes },
        scopeSpans: [
          {
            spans: [
              {
                traceId: '5b8efff798038103d269b633813fc60c',
                spanId: 'eee19b7ec3c1b174',
                name: 'deploy',
                kind: 1,
                startTimeUnixNano: stamp,
                endTimeUnixNano: stamp,
              },
            ],
          },
        ],
      },
    ],
  },
  metrics: {
    resourceMetrics: [
      {
        resource: { attributes },
        scopeMetrics: [
          { metrics: [{ name: 'heartbeat', gauge: { dataPoints: [{ timeUnixNano: stamp, asDouble: 1 }] } }] },
        ],
      },
    ],
  },
};
const signals = ['logs', 'traces', 'metrics'] as const;
const sent = { logs: story.length, traces: 1, metrics: 1 };

/** Sends all three signals into a Collector with this exporter, which has no retry to hide a failure with. */
async function throughCollector(exporter: Record<string, unknown>, name: string): Promise<void> {
  const pipeline = { receivers: ['otlp'], exporters: [name] };
  const collector = await startCollector(() => ({
    exporters: { [name]: { ...exporter, retry_on_failure: { enabled: false }, sending_queue: { enabled: false } } },
    pipelines: { logs: pipeline, traces: pipeline, metrics: pipeline },
  }));
  try {
    for (const signal of signals) {
      const response = await fetch(`http://${collector.http}/v1/${signal}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(requests[signal]),
      });
      assert.equal(response.status, 200, `${signal}: ${await response.text()}`);
    }
  } finally {
    await collector.stop();
  }
}

/** Everything arrived once, nothing was refused, and the finding is there. */
async function assertArrived(processor: ProcessorServer, transport: string, code: string): Promise<void> {
  for (const signal of signals) {
    const { accepted, refused, codes } = await receiverCounts(processor, transport, signal);
    assert.deepEqual([accepted, refused, Object.keys(codes)], [sent[signal], 0, [code]], signal);
  }
  const { items } = (await processor.get('/api/v1/findings')) as Page<FindingJson>;
  assert.deepEqual(
    items.map((item) => item.asset_id),
    [ASSET],
  );
}

for (const compression of ['none', 'gzip', 'zstd']) {
  test(`a Collector's otlp exporter delivers, compression ${compression}`, { skip }, async () => {
    const processor = await startProcessor();
    await throughCollector({ endpoint: processor.otlpGrpc, tls: { insecure: true }, compression }, 'otlp');
    await assertArrived(processor, 'otlp_grpc', 'OK');
    await processor.stop();
  });

  for (const encoding of ['proto', 'json']) {
    test(`a Collector's otlphttp exporter delivers, ${encoding}, compression ${compression}`, { skip }, async () => {
      const processor = await startProcessor();
      await throughCollector({ endpoint: `http://${processor.otlpHttp}`, compression, encoding }, 'otlphttp');
      await assertArrived(processor, 'otlp_http', '200');
      await processor.stop();
    });
  }
}

let kafka: KafkaServer;
before(async () => {
  if (!kafkaSkip) kafka = await startKafka();
});
after(() => kafka?.stop());

for (const [encoding, compression] of [
  ['otlp_proto', 'none'],
  ['otlp_proto', 'gzip'],
  ['otlp_json', 'snappy'],
  ['otlp_proto', 'lz4'],
  ['otlp_json', 'zstd'],
]) {
  test(`a Collector's kafka exporter delivers, ${encoding}, compression ${compression}`, {
    skip: kafkaSkip,
  }, async () => {
    const prefix = `${encoding}_${compression}`;
    const topics = { logs: `${prefix}_logs`, traces: `${prefix}_spans`, metrics: `${prefix}_metrics` };
    const perSignal = Object.fromEntries(signals.map((signal) => [signal, { topic: topics[signal], encoding }]));
    await throughCollector({ brokers: [kafka.broker], ...perSignal, producer: { compression } }, 'kafka');
    const processor = await startProcessor(undefined, [
      `receivers.kafka.brokers=[${kafka.broker}]`,
      `receivers.kafka.topics=["${prefix}_*"]`,
      `receivers.kafka.group_id=${prefix}`,
    ]);
    await waitFor('all signals', async () => {
      const counts = await Promise.all(signals.map((signal) => receiverCounts(processor, 'kafka', signal)));
      return counts.every(({ accepted }) => accepted > 0);
    });
    await assertArrived(processor, 'kafka', 'accepted');
    await processor.stop();
  });
}
