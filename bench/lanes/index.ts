import { startPipelinePeer, startReceivingPeer } from '../servers/peer.ts';
import { startProcessor } from '../servers/processor.ts';
import { startReceivingProcess } from '../servers/receiving.ts';
import { compare, type LaneResult } from './compare.ts';
import { type MemoryResult, measureMemory } from './memory.ts';
import { type QueryResult, queryMillion } from './query.ts';
import { type SimulationResult, simulateSlos } from './slo-simulation.ts';

export type Lane = (rounds: number) => Promise<LaneResult | MemoryResult | QueryResult | SimulationResult>;

/** By name; `--only pipeline` also runs what begins with `pipeline-`. */
export const lanes: Record<string, Lane> = {
  receive: async (rounds) =>
    compare(
      'receive',
      await startReceivingProcess(),
      await startReceivingPeer(),
      { kind: 'mixed', requests: 300, concurrency: 8 },
      rounds,
    ),
  pipeline: async (rounds) =>
    compare(
      'pipeline',
      await startProcessor(),
      await startPipelinePeer(),
      { kind: 'mixed', requests: 2400, concurrency: 8 },
      rounds,
    ),
  'pipeline-native': async (rounds) =>
    compare(
      'pipeline-native',
      await startProcessor(),
      await startPipelinePeer(),
      { kind: 'native', requests: 20, concurrency: 8 },
      rounds,
    ),
  memory: measureMemory,
  // The peer is the same processor without: a ratio of 0.87 is 15 % more.
  sampling: async (rounds) =>
    compare(
      'sampling',
      await startProcessor({ 'sampling.mode': 'shadow' }),
      await startProcessor(),
      { kind: 'mixed', requests: 2400, concurrency: 8 },
      rounds,
    ),
  query: queryMillion,
  'slo-simulation': simulateSlos,
};
