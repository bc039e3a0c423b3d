import type { Fact } from '@cnapp-slo/model';
import { Draft } from '../pipeline/draft.ts';
import { Estate } from '../pipeline/estate.ts';
import type { Processor } from '../pipeline/processor.ts';
import { SqliteStore } from '../storage/sqlite/store.ts';

/** Facts folded in one go; bounds what a rebuild holds at once. */
const CHUNK = 2000;
const KEPT = 4;
const kept = new Map<string, Estate>();

/** The estate as the ledger gives it: `fold(ledger)`. */
export function foldLedger(facts: Iterable<Fact>, processor: Pick<Processor, 'canCause' | 'estate'>): Estate {
  const scratch = new SqliteStore(':memory:');
  const estate = new Estate(processor.estate.policy);
  let chunk: Fact[] = [];
  const flush = (): void => {
    const draft = new Draft(estate, scratch, processor.canCause);
    scratch.transaction(() => {
      for (const fact of chunk) draft.take(fact);
      draft.finish();
    });
    draft.apply();
    chunk = [];
  };
  for (const fact of facts) {
    chunk.push(fact);
    if (chunk.length >= CHUNK) flush();
  }
  flush();
  scratch.close();
  return estate;
}

/** What was known at `asOfMs` (epoch ms): the facts received by then. The last few answers are kept. */
export function estateAsOf(processor: Processor, asOfMs: number): Estate {
  const key = `${asOfMs} ${processor.store.factCount()}`;
  let estate = kept.get(key);
  if (!estate) {
    estate = foldLedger(processor.store.ledger(asOfMs), processor);
    kept.set(key, estate);
    const oldest = kept.keys().next().value;
    if (kept.size > KEPT && oldest !== undefined) kept.delete(oldest);
  }
  return estate;
}
