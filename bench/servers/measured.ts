import { execFile, execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Load, LoadResult } from '../load/client.ts';

/** A server under load: where to send to, what to scrape, whose CPU counts. */
export interface MeasuredServer {
  address: string;
  /** Scraped once a round, which lasts seconds: more often than Prometheus does by default. */
  metricsUrl?: string;
  pid: number;
  stop(): Promise<void>;
}

export interface Round extends LoadResult {
  /** CPU time of the server, user and system, of all its threads. */
  cpuUsARecord: number;
}

/** Servers run on the last core, the load on the first. */
const serverCore = '1';
const clientCore = '0';
const clockTicksASecond = Number(execFileSync('getconf', ['CLK_TCK']).toString());

/** Keeps all threads of a process on the servers' core. */
export function pinToServerCore(pid: number): void {
  execFileSync('taskset', ['-a', '-c', '-p', serverCore, String(pid)], { stdio: 'ignore' });
}

/** One round of load on the server, from a fresh client. */
export async function measure(server: MeasuredServer, load: Omit<Load, 'address'>): Promise<Round> {
  const before = cpuMs(server.pid);
  const result = await runClient({ ...load, address: server.address });
  if (server.metricsUrl !== undefined) await (await fetch(server.metricsUrl)).text();
  if (result.failed > 0) throw new Error(`${result.failed} requests were not accepted`);
  return { ...result, cpuUsARecord: ((cpuMs(server.pid) - before) * 1000) / result.records };
}

async function runClient(load: Load): Promise<LoadResult> {
  const client = join(import.meta.dirname, '../load/client.ts');
  const args = ['-c', clientCore, process.execPath, client, JSON.stringify(load)];
  const { stdout } = await promisify(execFile)('taskset', args);
  return JSON.parse(stdout);
}

/** utime and stime, fields 14 and 15 of /proc/PID/stat, which include ended threads (man 5 proc_pid_stat). */
function cpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / clockTicksASecond;
}
