import type { Client } from '../client.ts';
import type { History } from './history.ts';

/** Records in one file, and requests under way: the processor commits what waits together. */
const BATCH = 500;
const UNDER_WAY = 3;

/** Imports the history, oldest first, then what people said of it. */
export async function importHistory({ telemetry, inputs }: History, client: Client): Promise<void> {
  const batches = Array.from({ length: Math.ceil(telemetry.length / BATCH) }, (_, i) =>
    telemetry.slice(i * BATCH, (i + 1) * BATCH),
  );
  await inParallel(batches.entries(), ([i, batch]) => client.import(`history-${i}.jsonl`, batch));

  const findings = new Map<string, string>();
  for (const { id, asset_id, rule } of await client.findings()) findings.set(`${asset_id} ${rule}`, id);
  const known = inputs.flatMap((input) => {
    const findingId = findings.get(`${input.assetId} ${input.rule}`);
    return findingId === undefined ? [] : [{ ...input, findingId }];
  });
  await client.alerts(known.filter(({ kind }) => kind === 'alert'));
  await inParallel(
    known.filter(({ kind }) => kind !== 'alert'),
    ({ kind, findingId, actor, atMs }) =>
      kind === 'acknowledgement'
        ? client.acknowledge(findingId, actor, atMs)
        : client.judge(findingId, kind === 'true_positive' ? 'tp' : 'fp', actor, atMs),
  );
}

async function inParallel<T>(items: Iterable<T>, job: (item: T) => Promise<void>): Promise<void> {
  const rest = Iterator.from(items);
  const worker = async (): Promise<void> => {
    for (const item of rest) await job(item);
  };
  await Promise.all(Array.from({ length: UNDER_WAY }, worker));
}
