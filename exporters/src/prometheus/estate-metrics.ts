import type { SourceJson } from '@cnapp-slo/model';
import { Counter, Gauge } from 'prom-client';
import type { OpenFindingsCount } from '../ports.ts';
import type { Page } from './page.ts';

export function addOpenFindings({ registry, limit }: Page, counts: readonly OpenFindingsCount[]): void {
  const open = new Gauge({
    name: 'cnapp_open_findings',
    help: 'Findings whose episode is not closed.',
    labelNames: ['tenant', 'severity', 'detector_class'],
    registers: [registry],
  });
  for (const { tenant, severity, detectorClass, count } of counts) {
    const detector_class = limit.admits(tenant, `open ${severity} ${detectorClass}`) ? detectorClass : 'other';
    open.inc({ tenant, severity, detector_class }, count);
  }
}

export function addSources({ registry, limit }: Page, sources: readonly SourceJson[]): void {
  const registers = [registry];
  const labelNames = ['tenant', 'source', 'format'] as const;
  const received = new Gauge({
    name: 'cnapp_source_last_received_timestamp_seconds',
    help: 'When the source was last heard of; other shows the source that has been silent the longest.',
    labelNames,
    registers,
  });
  const interval = new Gauge({
    name: 'cnapp_source_interval_seconds',
    help: 'How often the source is expected to be heard of; absent while unknown. other shows the longest interval.',
    labelNames,
    registers,
  });
  const records = new Counter({
    name: 'cnapp_source_records_total',
    help: 'Records received from the source.',
    labelNames,
    registers,
  });
  const bytes = new Counter({
    name: 'cnapp_source_bytes_total',
    help: 'Bytes received from the source, uncompressed.',
    labelNames,
    registers,
  });
  const rejects = new Counter({
    name: 'cnapp_source_rejects_total',
    help: 'Records refused, by format and stable code.',
    labelNames: ['format', 'code'],
    registers,
  });
  const longestSilent = new Extreme(received, Math.min);
  const slowest = new Extreme(interval, Math.max);
  for (const source of sources) {
    const { tenant, id, format, last_received_at, interval_seconds } = source;
    const labels = { tenant, source: limit.admits(tenant, `source ${id}`) ? id : 'other', format };
    records.inc(labels, source.records);
    bytes.inc(labels, source.bytes);
    for (const [code, rejected] of Object.entries(source.rejects)) rejects.inc({ format, code }, rejected);
    if (last_received_at !== null) longestSilent.see(labels, Date.parse(last_received_at) / 1000);
    if (interval_seconds !== null) slowest.see(labels, interval_seconds);
  }
}

export function addOverflow({ registry, limit }: Page, tenants: readonly string[]): void {
  const overflow = new Counter({
    name: 'cnapp_series_overflow_total',
    help: 'Series of the tenant that were folded into other, counted at every scrape.',
    labelNames: ['tenant'],
    registers: [registry],
  });
  for (const tenant of tenants) overflow.inc({ tenant }, limit.overflow(tenant));
}

/** Shows the least or greatest of the values seen for the same labels: several sources can share `other`. */
class Extreme<T extends string> {
  private readonly gauge: Gauge<T>;
  private readonly pick: (a: number, b: number) => number;
  private readonly seen = new Map<string, number>();

  constructor(gauge: Gauge<T>, pick: (a: number, b: number) => number) {
    this.gauge = gauge;
    this.pick = pick;
  }

  see(labels: Record<T, string>, value: number): void {
    const key = JSON.stringify(labels);
    const picked = this.pick(value, this.seen.get(key) ?? value);
    this.seen.set(key, picked);
    this.gauge.set(labels, picked);
  }
}
