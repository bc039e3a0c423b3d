import type { Load } from '../load/client.ts';
import { type MeasuredServer, measure, type Round } from '../servers/measured.ts';

/** One line of the benchmark's output. */
export interface LaneResult {
  lane: string;
  unit: string;
  median: number;
  /** (largest − smallest) / median of the rounds. */
  spread: number;
  peer: number;
  /** Peer by ours: above 1 is better than the peer. Median of the rounds' own ratios. */
  ratio: number;
  ratio_spread: number;
  rounds: number;
  /** Of ours, by the clock on the wall; on a shared machine only a hint. */
  records_per_second: number;
  ack_p99_ms: number;
}

/** Rounds that are not counted: V8 still optimises, caches fill. */
const warmUps = 2;

/** Ours and the peer in turn, A/B/A/B, under the same load. */
export async function compare(
  lane: string,
  ours: MeasuredServer,
  peer: MeasuredServer,
  load: Omit<Load, 'address' | 'seed'>,
  rounds: number,
): Promise<LaneResult> {
  const pairs: [Round, Round][] = [];
  try {
    for (let seed = 0; seed < warmUps + rounds; seed++) {
      const pair: [Round, Round] = [await measure(ours, { ...load, seed }), await measure(peer, { ...load, seed })];
      if (seed >= warmUps) pairs.push(pair);
    }
  } finally {
    await Promise.all([ours.stop(), peer.stop()]);
  }
  const mine = pairs.map(([a]) => a.cpuUsARecord);
  const theirs = pairs.map(([, b]) => b.cpuUsARecord);
  const ratios = pairs.map(([a, b]) => b.cpuUsARecord / a.cpuUsARecord);
  return {
    lane,
    unit: 'us/record',
    median: round(median(mine)),
    spread: round(spread(mine)),
    peer: round(median(theirs)),
    ratio: round(median(ratios)),
    ratio_spread: round(spread(ratios)),
    rounds,
    records_per_second: Math.round(median(pairs.map(([a]) => a.records / a.seconds))),
    ack_p99_ms: round(median(pairs.map(([a]) => a.ackMs.p99))),
  };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle - 1)] ?? 0) + (sorted[Math.floor(middle)] ?? 0)) / 2;
}

export function spread(values: readonly number[]): number {
  return (Math.max(...values) - Math.min(...values)) / median(values);
}

function round(value: number): number {
  return Number(value.toPrecision(4));
}
