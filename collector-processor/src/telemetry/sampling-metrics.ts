import { Counter, type Registry } from 'prom-client';

/** What the sampler counts, in the registry of the process. */
export function samplingMetrics(registry: Registry) {
  const registers = [registry];
  const records = new Counter({
    name: 'cnapp_sampling_records_total',
    help: 'Log records and spans by what sampling decided, and by tier.',
    labelNames: ['outcome', 'tier'],
    registers,
  });
  const bytes = new Counter({
    name: 'cnapp_sampling_bytes_total',
    help: 'Bytes of log records and spans by what sampling decided, and by tier.',
    labelNames: ['outcome', 'tier'],
    registers,
  });
  const shipments = new Counter({
    name: 'cnapp_sampling_shipments_total',
    help: 'Requests of the sampled stream by what became of them; a retried one comes again.',
    labelNames: ['outcome'],
    registers,
  });
  const promotions = new Counter({
    name: 'cnapp_sampling_promotions_total',
    help: 'Assets that were raised to T0 for a time.',
    registers,
  });
  return {
    records(outcome: string, tier: string, count: number, size: number): void {
      records.inc({ outcome, tier }, count);
      bytes.inc({ outcome, tier }, size);
    },
    shipments(outcome: string): void {
      shipments.inc({ outcome });
    },
    promoted(assets: number): void {
      promotions.inc(assets);
    },
  };
}
