import { join } from 'node:path';
import { ALLOCATOR_ENV, NODE_FLAGS } from '@cnapp-slo/collector-processor/bin/node-flags.mjs';
import { startProcess, temporaryFolder } from '../../tests/servers/process.ts';
import { type MeasuredServer, pinToServerCore } from './measured.ts';

const root = join(import.meta.dirname, '../..');

/** This processor, started as its user would, on a store of its own. `CNAPP_BENCH_NODE_OPTIONS` reaches it, for profiles. */
export async function startProcessor(more: Readonly<Record<string, string>> = {}): Promise<MeasuredServer> {
  const folder = temporaryFolder('bench');
  const settings = {
    'receivers.otlp.grpc.endpoint': '127.0.0.1:0',
    'receivers.otlp.http.endpoint': '127.0.0.1:0',
    'api.endpoint': '127.0.0.1:0',
    'metrics.endpoint': '127.0.0.1:0',
    'storage.path': join(folder.path, 'bench.db'),
    'sampling.path': join(folder.path, 'sampling'),
    ...more,
  };
  const running = await startProcess({
    name: 'processor',
    command: process.execPath,
    args: [
      ...NODE_FLAGS,
      ...(process.env.CNAPP_BENCH_NODE_OPTIONS?.split(' ') ?? []),
      join(root, 'collector-processor/src/main.ts'),
      'run',
      ...Object.entries(settings).flatMap(([key, value]) => ['--set', `${key}=${value}`]),
    ],
    env: { ...ALLOCATOR_ENV, ...process.env },
    ready: (output) => readyLine(output) !== undefined,
  });
  const ready = readyLine(running.output());
  pinToServerCore(running.pid);
  return {
    address: ready?.otlp_grpc ?? '',
    metricsUrl: `http://${ready?.metrics}/metrics`,
    pid: running.pid,
    async stop() {
      await running.stop();
      folder.remove();
    },
  };
}

function readyLine(output: string): { otlp_grpc: string; metrics: string } | undefined {
  const line = output.split('\n').find((text) => text.startsWith('{"ready":true'));
  return line === undefined ? undefined : JSON.parse(line);
}
