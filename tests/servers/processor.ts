import { join } from 'node:path';
import { NODE_FLAGS } from '@cnapp-slo/collector-processor/bin/node-flags.mjs';
import { type RunningProcess, startProcess, temporaryFolder } from './process.ts';

export interface ProcessorServer {
  otlpGrpc: string;
  otlpHttp: string;
  api: string;
  metrics: string;
  process: RunningProcess;
  /** GET on the API, parsed. */
  get(path: string): Promise<unknown>;
  /** One OTLP log record a document, over HTTP and JSON. */
  sendLogs(documents: readonly object[], resource?: Record<string, string>): Promise<Response>;
  stop(signal?: NodeJS.Signals): Promise<void>;
}

const root = join(import.meta.dirname, '../..');

/**
 * The processor as a user starts it, on free ports. `storagePath` keeps its data across starts; without it the data
 * goes with the process. `set` are further `key=value` settings.
 */
export async function startProcessor(storagePath?: string, set: readonly string[] = []): Promise<ProcessorServer> {
  const folder = storagePath === undefined ? temporaryFolder('processor') : null;
  const settings = [
    `storage.path=${storagePath ?? join(folder?.path ?? '', 'cnapp.db')}`,
    'api.endpoint=127.0.0.1:0',
    'metrics.endpoint=127.0.0.1:0',
    'receivers.otlp.grpc.endpoint=127.0.0.1:0',
    'receivers.otlp.http.endpoint=127.0.0.1:0',
    ...set,
  ];
  const running = await startProcess({
    name: 'processor',
    command: process.execPath,
    args: [
      ...NODE_FLAGS,
      join(root, 'collector-processor/src/main.ts'),
      'run',
      ...settings.flatMap((one) => ['--set', one]),
    ],
    ready: (output) => output.includes('"ready":true'),
  });
  const line =
    running
      .output()
      .split('\n')
      .find((one) => one.includes('"ready":true')) ?? '{}';
  const ready = JSON.parse(line) as { otlp_grpc: string; otlp_http: string; api: string; metrics: string };
  return {
    otlpGrpc: ready.otlp_grpc,
    otlpHttp: ready.otlp_http,
    api: ready.api,
    metrics: ready.metrics,
    process: running,
    get: async (path) => (await fetch(`http://${ready.api}${path}`)).json(),
    sendLogs: (documents, resource = {}) =>
      fetch(`http://${ready.otlp_http}/v1/logs`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(logsRequest(documents, resource)),
      }),
    async stop(signal) {
      await running.stop(signal);
      folder?.remove();
    },
  };
}

/** An ExportLogsServiceRequest in OTLP/JSON with each document as a string body. */
export function logsRequest(documents: readonly object[], resource: Record<string, string> = {}): object {
  const attributes = Object.entries(resource).map(([key, value]) => ({ key, value: { stringValue: value } }));
  const logRecords = documents.map((document) => ({ body: { stringValue: JSON.stringify(document) } }));
  return { resourceLogs: [{ resource: { attributes }, scopeLogs: [{ logRecords }] }] };
}
