import type { ProcessorServer } from '../servers/processor.ts';

/** What the processor's receivers counted so far, read from `/metrics`. */
export interface ReceiverCounts {
  accepted: number;
  refused: number;
  /** Requests and messages by their answer. */
  codes: Record<string, number>;
}

export async function receiverCounts(
  processor: ProcessorServer,
  transport: string,
  signal: string,
): Promise<ReceiverCounts> {
  const text = await (await fetch(`http://${processor.metrics}/metrics`)).text();
  const stream = `{transport="${transport}",signal="${signal}"`;
  const counts: ReceiverCounts = { accepted: 0, refused: 0, codes: {} };
  for (const line of text.split('\n')) {
    const value = Number(line.split(' ').at(-1));
    if (line.startsWith(`cnapp_receiver_accepted_records_total${stream}`)) counts.accepted += value;
    if (line.startsWith(`cnapp_receiver_refused_records_total${stream}`)) counts.refused += value;
    if (!line.startsWith(`cnapp_receiver_requests_total${stream}`)) continue;
    const code = /code="([^"]*)"/.exec(line)?.[1] ?? '';
    counts.codes[code] = (counts.codes[code] ?? 0) + value;
  }
  return counts;
}
