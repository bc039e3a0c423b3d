import { join } from 'node:path';
import { startProcess } from '../../tests/servers/process.ts';
import { type MeasuredServer, pinToServerCore } from './measured.ts';

/** The receiver alone, in a process of its own. */
export async function startReceivingProcess(): Promise<MeasuredServer> {
  const running = await startProcess({
    name: 'receiver',
    command: process.execPath,
    args: [join(import.meta.dirname, 'receive-main.ts')],
    ready: (output) => output.includes('\n'),
  });
  pinToServerCore(running.pid);
  return { address: JSON.parse(running.output()).otlp_grpc, pid: running.pid, stop: () => running.stop() };
}
