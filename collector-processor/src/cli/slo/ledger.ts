/** What a processor has announced to alerting, from its database, for a backtest. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';
import type { Slo, Step } from '@cnapp-slo/alert-rules';
import { DEFAULT_EPISODE_POLICY } from '@cnapp-slo/model';
import { Processor } from '../../pipeline/processor.ts';
import { canCause } from '../../policy/capabilities/index.ts';
import { rootCauseOf } from '../../reporting/root-cause.ts';
import { SqliteStore } from '../../storage/sqlite/store.ts';
import { UsageError } from './io.ts';

/** Good and bad events of the SLO's SLI by the time they were decided, with their root causes. Reads a copy: the processor may run. */
export async function ledgerSteps(path: string, { id, productSli }: Slo): Promise<Step[]> {
  if (!existsSync(path)) throw new UsageError(`no such file: ${path}`);
  if (productSli === null) throw new UsageError(`${id} is no SLI of the processor (cnapp-slo.dev/sli)`);
  const folder = mkdtempSync(join(tmpdir(), 'cnapp-ledger-'));
  try {
    const copy = join(folder, 'cnapp.db');
    const source = new DatabaseSync(path, { readOnly: true });
    await backup(source, copy);
    source.close();
    const processor = open(copy);
    const { log } = processor.events;
    const steps: Step[] = [];
    for (let place = 0; place < log.length; place += 1) {
      const { sli, outcome } = log.kindAt(place);
      if (sli !== productSli) continue;
      const isBad = outcome === 'bad';
      const cause = isBad ? rootCauseOf(log.episodeAt(place), processor) : null;
      const atMs = log.decidedMsAt(place);
      steps.push({ atMs, good: isBad ? 0 : 1, bad: isBad ? 1 : 0, ...(cause !== null && { cause }) });
    }
    if (steps.length === 0)
      throw new UsageError(`the ledger has no event of ${productSli}; seconds are not kept one by one`);
    await processor.stop();
    return steps;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function open(path: string): Processor {
  const store = new SqliteStore(path);
  let lastMs = 0;
  for (const { decidedMs } of store.loadSloEvents()) lastMs = decidedMs;
  return new Processor({
    store,
    policy: DEFAULT_EPISODE_POLICY,
    canCause,
    now: () => lastMs, // as it was then: nothing has been decided since
    maxQueuedBytes: 0,
    telemetry: { commit: () => {}, records: () => {} },
    failed: (what, error) => {
      throw new Error(`${what} failed`, { cause: error });
    },
  });
}
