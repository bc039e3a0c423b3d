import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startCollector } from './collector.ts';
import { waitFor } from './process.ts';
import { requirePart } from './require-part.ts';
import { runTelemetrygen } from './telemetrygen.ts';

const skip = requirePart('collector').skip || requirePart('telemetrygen').skip;

const logs = ['logs', '--otlp-insecure', '--rate', '0', '--body', 'hello', '--otlp-endpoint'];

test('a Collector receives what telemetrygen sends, by gRPC and by HTTP, and hands it on', { skip }, async () => {
  const server = await startCollector((folder) => ({
    exporters: { file: { path: join(folder, 'out.json'), flush_interval: '100ms' } },
    pipelines: { logs: { receivers: ['otlp'], exporters: ['file'] } },
  }));
  try {
    await runTelemetrygen([...logs, server.grpc, '--logs', '3']);
    await runTelemetrygen([...logs, server.http, '--logs', '4', '--otlp-http']);
    const records = () => readFileSync(join(server.folder, 'out.json'), 'utf8').match(/"hello"/g)?.length ?? 0;
    await waitFor('seven log records in the file', () => records() === 7);
  } finally {
    await server.stop();
  }
});

test('a telemetrygen that fails is an error', { skip }, async () => {
  await assert.rejects(runTelemetrygen(['nosuch']), /unknown command "nosuch"/);
});

test('a Collector with a wrong configuration says so at once', { skip }, async () => {
  const wrong = () => ({ exporters: { nosuch: {} }, pipelines: {} });
  await assert.rejects(startCollector(wrong), /unknown type: "nosuch"/);
});
