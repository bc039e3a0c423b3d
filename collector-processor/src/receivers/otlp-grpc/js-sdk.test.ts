import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-grpc';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-grpc';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import type { OTLPGRPCExporterConfigNode } from '@opentelemetry/otlp-grpc-exporter-base';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { readLogs, readMetrics, readSpans } from '../../pipeline/otlp/index.ts';
import { plainLog, plainPoint, plainSpan } from '../../pipeline/otlp/plain.ts';
import { RecordingIntake, recordingSettings } from '../receiver-contract.ts';
import { parseOtlpGrpcConfig } from './config.ts';
import { OtlpGrpcReceiver } from './receiver.ts';

const intake = new RecordingIntake();
const { settings, counts } = recordingSettings();
const receiver = new OtlpGrpcReceiver(parseOtlpGrpcConfig({ endpoint: '127.0.0.1:0' }), intake, settings);
before(() => receiver.start());
after(() => receiver.stop());

const resource = resourceFromAttributes({ 'service.name': 'checkout', 'cloud.account.id': '111122223333' });
const attributes = { text: 'Größe', whole: 7, ratio: 0.5, yes: true, list: ['a', 'b'] };
const read = { records: 1, rejected: 0, ok: true };

for (const compression of ['none', 'gzip']) {
  const options = (): OTLPGRPCExporterConfigNode => ({
    url: `http://${receiver.address}`,
    compression: compression as NonNullable<OTLPGRPCExporterConfigNode['compression']>, // an enum that is not exported
  });

  test(`the JavaScript SDK's log exporter delivers, compression ${compression}`, async () => {
    const provider = new LoggerProvider({
      resource,
      processors: [new BatchLogRecordProcessor({ exporter: new OTLPLogExporter(options()) })],
    });
    const body = { finding: { id: 'f-1', open: true } };
    provider.getLogger('scanner', '1.2.0').emit({ body, attributes, severityNumber: 17, timestamp: 1700000000123 });
    await provider.forceFlush();
    const records: ReturnType<typeof plainLog>[] = [];
    const delivery = intake.deliveries.at(-1);
    assert.deepEqual(
      readLogs(delivery?.bytes ?? new Uint8Array(), (record) => records.push(plainLog(record))),
      read,
    );
    const [record] = records;
    assert.equal(record?.timeMs, 1700000000123);
    assert.equal(record?.severityNumber, 17);
    assert.deepEqual([record?.bodyJson, record?.attributes], [body, attributes]);
    assert.deepEqual([record?.scopeName, record?.scopeVersion], ['scanner', '1.2.0']);
    assert.equal(record?.resource['cloud.account.id'], '111122223333');
    await provider.shutdown();
  });

  test(`the JavaScript SDK's span exporter delivers, compression ${compression}`, async () => {
    const provider = new TracerProvider({
      resource,
      spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter(options()) })],
    });
    const span = provider.getTracer('pipeline').startSpan('deploy', { startTime: 1700000000000, attributes });
    span.addEvent('started', { step: 1 }, 1700000000500);
    span.setStatus({ code: 2, message: 'failed' });
    span.end(1700000002000);
    await provider.forceFlush();
    const spans: ReturnType<typeof plainSpan>[] = [];
    const delivery = intake.deliveries.at(-1);
    assert.deepEqual(
      readSpans(delivery?.bytes ?? new Uint8Array(), (one) => spans.push(plainSpan(one))),
      read,
    );
    const { traceId, spanId } = span.spanContext();
    const [plain] = spans;
    assert.deepEqual([plain?.traceId, plain?.spanId, plain?.name], [traceId, spanId, 'deploy']);
    assert.deepEqual([plain?.startMs, plain?.endMs], [1700000000000, 1700000002000]);
    assert.deepEqual([plain?.statusCode, plain?.statusMessage, plain?.attributes], [2, 'failed', attributes]);
    assert.deepEqual(plain?.events, [{ name: 'started', timeMs: 1700000000500, attributes: { step: 1 } }]);
    await provider.shutdown();
  });

  test(`the JavaScript SDK's metric exporter delivers, compression ${compression}`, async () => {
    const reader = new PeriodicExportingMetricReader({ exporter: new OTLPMetricExporter(options()) });
    const provider = new MeterProvider({ resource, readers: [reader] });
    provider.getMeter('agent').createCounter('drops', { unit: '{event}' }).add(3, attributes);
    await provider.forceFlush();
    const points: ReturnType<typeof plainPoint>[] = [];
    const delivery = intake.deliveries.at(-1);
    assert.deepEqual(
      readMetrics(delivery?.bytes ?? new Uint8Array(), (one) => points.push(plainPoint(one))),
      read,
    );
    const [point] = points;
    assert.deepEqual([point?.metricName, point?.unit, point?.value], ['drops', '{event}', 3]);
    assert.deepEqual([point?.metricKind, point?.isMonotonic, point?.temporality], ['sum', true, 2]);
    assert.deepEqual(point?.attributes, attributes);
    await provider.shutdown();
  });
}

test('none of them met an error', () => {
  const codes = Object.keys(counts).filter((name) => name.startsWith('request '));
  assert.deepEqual(codes.sort(), ['request logs OK', 'request metrics OK', 'request traces OK']);
});
