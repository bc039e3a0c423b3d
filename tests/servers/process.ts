/** Real processes for tests: free ports, readiness instead of sleeps, and nothing left behind. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

export interface ProcessSettings {
  /** For messages, such as 'prometheus'. */
  name: string;
  command: string;
  args: readonly string[];
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** Run as this user and group; only root can. */
  uid?: number;
  gid?: number;
  /** Asked again and again until true; an error counts as false. Unset: the process is ready once it is spawned. */
  ready?: (output: string) => boolean | Promise<boolean>;
  /** Default 60 000: a loaded machine starts a broker slowly. */
  readyTimeoutMs?: number;
}

export interface RunningProcess {
  pid: number;
  /** Standard output and error so far, in the order they arrived; the last 256 KiB. */
  output(): string;
  /** Settles when the process has ended, with its exit code (null after a signal). */
  exited: Promise<number | null>;
  /** Sends the signal and waits for the end; SIGKILL follows after ten seconds. Safe to call twice. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** Starts a process and waits until it is ready. Throws with its output when it ends before, or is not ready in time. */
export async function startProcess(settings: ProcessSettings): Promise<RunningProcess> {
  const { name, command, args, ready, readyTimeoutMs = 60_000, ...options } = settings;
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const keep = (chunk: Buffer) => {
    output = (output + chunk.toString()).slice(-262_144);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  await once(child, 'spawn');

  const running: RunningProcess = {
    pid: child.pid ?? 0,
    output: () => output,
    exited: once(child, 'close').then(([code]) => code),
    stop: (signal = 'SIGTERM') => stop(child, running.exited, signal),
  };
  alive.add(child);
  running.exited.then(() => alive.delete(child));

  try {
    await waitFor(
      `${name} to be ready`,
      async () => {
        if (hasEnded(child)) throw new Ended();
        return ready === undefined || (await ready(output));
      },
      readyTimeoutMs,
    );
  } catch (error) {
    await running.stop('SIGKILL');
    throw new Error(`${name} did not start: ${error instanceof Error ? error.message : error}\n${output.slice(-4000)}`);
  }
  return running;
}

/** A test process that ends, or that the runner ends for taking too long, takes its servers with it. */
const alive = new Set<ChildProcess>();
const folders = new Set<string>();
process.on('exit', () => {
  for (const child of alive) child.kill('SIGKILL');
  for (const path of folders) rmSync(path, { recursive: true, force: true });
});
process.once('SIGTERM', () => process.exit(143));

class Ended extends Error {
  override message = 'it ended';
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

async function stop(child: ChildProcess, exited: Promise<unknown>, signal: NodeJS.Signals): Promise<void> {
  if (!hasEnded(child)) child.kill(signal);
  const last = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await exited;
  clearTimeout(last);
}

/** Polls until `condition` is true, and returns. An error counts as false, and is the cause of the final error. */
export async function waitFor(
  what: string,
  condition: () => boolean | Promise<boolean>,
  timeoutMs = 30_000,
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  let cause: unknown;
  while (performance.now() < deadline) {
    try {
      if (await condition()) return;
    } catch (error) {
      if (error instanceof Ended) throw error;
      cause = error;
    }
    await pause(50);
  }
  throw new Error(`waited ${timeoutMs} ms in vain for ${what}`, { cause });
}

/** A loopback port that is free now. Something else may take it before it is used, which has not been seen in practice. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no TCP port');
  return address.port;
}

/** Whether something accepts connections on the loopback port. */
export async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  const accepted = await once(socket, 'connect').then(
    () => true,
    () => false,
  );
  socket.destroy();
  return accepted;
}

/** A new folder and how to remove it; at the latest it goes when the test process ends. */
export function temporaryFolder(name: string): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), `cnapp-${name}-`));
  folders.add(path);
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
