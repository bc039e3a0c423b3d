import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startProcessor } from '../servers/processor.ts';
import { requirePart } from '../servers/require-part.ts';
import { runTelemetrygen } from '../servers/telemetrygen.ts';
import { receiverCounts } from './counters.ts';

const { skip } = requirePart('telemetrygen');

for (const transport of ['otlp_grpc', 'otlp_http'] as const) {
  test(`telemetrygen delivers logs, traces and metrics over ${transport}`, { skip }, async () => {
    const processor = await startProcessor();
    const endpoint =
      transport === 'otlp_grpc'
        ? ['--otlp-endpoint', processor.otlpGrpc]
        : ['--otlp-http', '--otlp-endpoint', processor.otlpHttp];
    const ok = transport === 'otlp_grpc' ? 'OK' : '200';
    // It ends with an error when a single export fails. A trace of it has two spans.
    for (const [signal, perItem] of [
      ['logs', 1],
      ['traces', 2],
      ['metrics', 1],
    ] as const) {
      await runTelemetrygen([signal, `--${signal}`, '20', '--rate', '0', '--otlp-insecure', ...endpoint]);
      const { accepted, refused, codes } = await receiverCounts(processor, transport, signal);
      assert.deepEqual([accepted, refused, Object.keys(codes)], [20 * perItem, 0, [ok]], signal);
    }
    await processor.stop();
  });
}
