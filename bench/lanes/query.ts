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
  /** The slowest round. */
  slowest: number;
  peer: number;
  /** Peer by ours: above 1 is better than the peer. */
  ratio: number;
  rounds: number;
  episodes: number;
  /** The slowest series of four weeks by day, of all SLIs. */
  series_ms: number;
  /** With 10,000 episodes: the slowest SLI with a filter, the slowest first page of an explanation, and the slowest series. */
  ten_thousand: { sli_ms: number; explain_ms: number; series_ms: number };
}

interface Measured {
  ours: number[];
  peer: number[];
  slowestSliMs: number;
  slowestExplainMs: number;
  slowestSeriesMs: number;
}

export async function queryMillion(rounds: number): Promise<QueryResult> {
  const { ours, peer, slowestSeriesMs } = await measure(rounds, 1_000_000);
  const small = await measure(rounds, 10_000);
  const ratios = ours.map((ms, round) => (peer[round] ?? Number.NaN) / ms);
  return {
    lane: 'query',
    unit: 'ms',
    median: Math.round(median(ours)),
    spread: Number(spread(ours).toPrecision(3)),
    slowest: Math.ceil(Math.max(...ours)),
    peer: Math.round(median(peer)),
    ratio: Number(median(ratios).toPrecision(3)),
    rounds,
    episodes: 1_000_000,
    series_ms: Math.ceil(slowestSeriesMs),
    ten_thousand: {
      sli_ms: Math.ceil(small.slowestSliMs),
      explain_ms: Math.ceil(small.slowestExplainMs),
      series_ms: Math.ceil(small.slowestSeriesMs),
    },
  };
}

async function measure(rounds: number, episodes: number): Promise<Measured> {
  const main = join(import.meta.dirname, '../servers/query-main.ts');
  const argv = ['--max-old-space-size=8192', main, String(rounds), String(episodes)];
  const { stdout } = await promisify(execFile)(process.execPath, argv);
  return JSON.parse(stdout) as Measured;
}
