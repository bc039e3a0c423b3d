/** The processor's memory on a store of a million findings and a hundred thousand assets, in MiB; the peer is the limit of PERFORMANCE, 512 MiB. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ALLOCATOR_ENV, NODE_FLAGS } from '@cnapp-slo/collector-processor/bin/node-flags.mjs';
import { temporaryFolder } from '../../tests/servers/process.ts';

export interface MemoryResult {
  lane: 'memory';
  unit: 'MiB';
  /** Resident, after the start and three scrapes. */
  median: number;
  spread: 0;
  peer: 512;
  /** Limit by ours: above 1 is within it. */
  ratio: number;
  rounds: 1;
  findings: number;
  assets: number;
  heap_mib: number;
  peak_mib: number;
  ready_ms: number;
  /** The first one computes every SLI. */
  scrapes_ms: number[];
  list_ms: number;
}

interface Loaded {
  rss: number;
  peak: number;
  heapUsed: number;
  readyMs: number;
  scrapes: number[];
  listMs: number;
}

const LIMIT_MIB = 512;
const MIB = 1024 * 1024;

/** `CNAPP_BENCH_FINDINGS` takes fewer, with a tenth as many assets. */
export async function measureMemory(): Promise<MemoryResult> {
  const findings = Number(process.env.CNAPP_BENCH_FINDINGS ?? 1_000_000);
  const assets = findings / 10;
  const folder = temporaryFolder('memory');
  try {
    await run('fill', folder.path, String(findings), String(assets));
    const { rss, peak, heapUsed, readyMs, scrapes, listMs } = JSON.parse(await run('load', folder.path)) as Loaded;
    return {
      lane: 'memory',
      unit: 'MiB',
      median: Math.round(rss / MIB),
      spread: 0,
      peer: LIMIT_MIB,
      ratio: Number(((LIMIT_MIB * MIB) / rss).toPrecision(3)),
      rounds: 1,
      findings,
      assets,
      heap_mib: Math.round(heapUsed / MIB),
      peak_mib: Math.round(peak / MIB),
      ready_ms: Math.round(readyMs),
      scrapes_ms: scrapes,
      list_ms: listMs,
    };
  } finally {
    folder.remove();
  }
}

async function run(...args: string[]): Promise<string> {
  const main = join(import.meta.dirname, '../servers/memory-main.ts');
  const argv = [...NODE_FLAGS, '--expose-gc', main, ...args];
  const env = { ...ALLOCATOR_ENV, ...process.env };
  const { stdout } = await promisify(execFile)(process.execPath, argv, { env });
  return stdout;
}
