import type { Fact } from '@cnapp-slo/model';
import { Draft } from '../pipeline/draft.ts';
import { Estate } from '../pipeline/estate.ts';
import type { Processor } from '../pipeline/processor.ts';
import { newSource, noteFact, noteReceipt, type SourceState, sourceId } from '../pipeline/sources.ts';
import { SqliteStore } from '../storage/sqlite/store.ts';

/** Facts folded in one go; bounds what a rebuild holds at once. */
const CHUNK = 2000;
const KEPT = 4;
const kept = new Map<string, Known>();

/** What SLIs are computed from, and who had been heard of. */
export interface Known {
  estate: Estate;
  sources: { all(): Iterable<SourceState> };
}

/**
 * What the ledger gives: `fold(ledger)`. A source is heard of with each fact that it brings; receipts that brought nothing new
 * are in no ledger.
 */
export function foldLedger(facts: Iterable<Fact>, processor: Pick<Processor, 'canCause' | 'estate'>): Known {
  const sources = new Map<string, SourceState>();
  const scratch = new SqliteStore(':memory:');
  const estate = new Estate(processor.estate.policy, processor.estate.rules);
  let chunk: Fact[] = [];
  const flush = (): void => {
    const draft = new Draft(estate, scratch, processor.canCause);
    scratch.transaction(() => {
      for (const fact of chunk) draft.take(fact);
      draft.finish();
    });
    draft.apply();
    for (const fact of chunk) noteSource(sources, fact);
    chunk = [];
  };
  for (const fact of facts) {
    chunk.push(fact);
    if (chunk.length >= CHUNK) flush();
  }
  flush();
  scratch.close();
  return { estate, sources: { all: () => sources.values() } };
}

function noteSource(sources: Map<string, SourceState>, fact: Fact): void {
  const { format, scope } = fact.source;
  if (format === 'api') return; // people are no telemetry
  const id = sourceId(fact.tenant, format, scope);
  const source = sources.get(id) ?? newSource(fact.tenant, format, scope);
  sources.set(id, source);
  noteFact(source, fact);
  if (fact.origin === 'live') noteReceipt(source, fact.recvMs);
}

/** What was known at `asOfMs` (epoch ms): the facts received by then. The last few answers are kept. */
export function knownAt(processor: Processor, asOfMs: number): Known {
  const key = `${asOfMs} ${processor.store.factCount()}`;
  let known = kept.get(key);
  if (!known) {
    known = foldLedger(processor.store.ledger(asOfMs), processor);
    kept.set(key, known);
    const oldest = kept.keys().next().value;
    if (kept.size > KEPT && oldest !== undefined) kept.delete(oldest);
  }
  return known;
}
