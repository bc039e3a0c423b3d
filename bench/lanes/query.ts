/** M2 with a filter over a million episodes, in milliseconds; the peer is the mean and the counts alone, in SQL. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { median, spread } from './compare.ts';

export interface QueryResult {
  lane: 'query';
  unit: 'ms';
  median: number;
  spread: number;
  peer: number;
  /** Peer by ours: above 1 is better than the peer. */
  ratio: number;
  rounds: number;
  episodes: number;
}

export async function queryMillion(rounds: number): Promise<QueryResult> {
  const main = join(import.meta.dirname, '../servers/query-main.ts');
  const { stdout } = await promisify(execFile)(process.execPath, ['--max-old-space-size=8192', main, String(rounds)]);
  const { ours, peer } = JSON.parse(stdout) as { ours: number[]; peer: number[] };
  const ratios = ours.map((ms, round) => (peer[round] ?? Number.NaN) / ms);
  return {
    lane: 'query',
    unit: 'ms',
    median: Math.round(median(ours)),
    spread: Number(spread(ours).toPrecision(3)),
    peer: Math.round(median(peer)),
    ratio: Number(median(ratios).toPrecision(3)),
    rounds,
    episodes: 1_000_000,
  };
}
