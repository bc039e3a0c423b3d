import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A server that the demo started. */
export interface Child {
  name: string;
  /** Resolves when it is gone, with what it left as exit code. */
  exited: Promise<number | null>;
  stop(): Promise<void>;
}

const STOP_TIMEOUT_MS = 12_000;

/** Starts a command whose output goes to `logFile`, and hands each line of its stdout to `onLine`. */
export async function startChild(
  name: string,
  command: string,
  args: readonly string[],
  logFile: string,
  options: { cwd?: string; env?: NodeJS.ProcessEnv; onLine?: (line: string) => void } = {},
): Promise<Child> {
  const { onLine, ...spawnOptions } = options;
  // A group of its own: Ctrl-C reaches the demo alone, which then stops all in order.
  const child = spawn(command, args, { ...spawnOptions, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  await once(child, 'spawn');
  const log = createWriteStream(logFile);
  child.stderr.pipe(log, { end: false });
  let rest = '';
  child.stdout.on('data', (chunk: Buffer) => {
    log.write(chunk);
    const lines = (rest + chunk.toString()).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine?.(line);
  });
  const exited = once(child, 'close').then(([code]) => code as number | null);
  const kill = (): void => void child.kill('SIGKILL');
  process.on('exit', kill);
  exited.then(() => process.off('exit', kill));
  return { name, exited, stop: () => stop(child, exited) };
}

async function stop(child: ChildProcess, exited: Promise<number | null>): Promise<void> {
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await exited;
  clearTimeout(late);
}

/** Resolves when `url` answers 200; rejects when the child ends before, or after `timeoutMs`. */
export async function untilReady(child: Child, url: string, timeoutMs = 60_000): Promise<void> {
  let ended = false;
  child.exited.then(() => {
    ended = true;
  });
  for (const deadline = Date.now() + timeoutMs; Date.now() < deadline && !ended; await sleep(200)) {
    const response = await fetch(url).catch(() => null);
    await response?.body?.cancel();
    if (response?.ok) return;
  }
  throw new Error(`${child.name} ${ended ? 'ended' : 'was not ready in time'}`);
}

/** The port, if nothing listens there on loopback; else a free one. */
export async function freePort(wanted: number): Promise<number> {
  for (const port of [wanted, 0]) {
    const server = createServer();
    try {
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
      const address = server.address();
      return typeof address === 'object' && address !== null ? address.port : wanted;
    } catch {
      // Taken: the next one.
    } finally {
      server.close();
    }
  }
  throw new Error('no free port');
}
