import type { SourceJson } from '@cnapp-slo/model';
import { Counter, Gauge } from 'prom-client';
import type { OpenFindingsCount } from '../ports.ts';
import type { Page } from './scrape.ts';

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
    help: 'How often the source is expected to be heard of; absent while unknown.',
    labelNames,
    registers,
  });
  const records = new Counter({
    name: 'cnapp_source_records_total',
    help: 'Records received from the source.',
    labelNames,
    registers,
  });
  const rejects = new Counter({
    name: 'cnapp_source_rejects_total',
    help: 'Records refused, by format and stable code.',
    labelNames: ['format', 'code'],
    registers,
  });
  const longestSilent = new Map<string, number>();
  for (const { tenant, id, format, last_received_at, interval_seconds, records: count, rejects: codes } of sources) {
    const source = limit.admits(tenant, `source ${id}`) ? id : 'other';
    const labels = { tenant, source, format };
    records.inc(labels, count);
    for (const [code, rejected] of Object.entries(codes)) rejects.inc({ format, code }, rejected);
    if (interval_seconds !== null) interval.set(labels, interval_seconds);
    if (last_received_at === null) continue;
    const seconds = Date.parse(last_received_at) / 1000;
    const key = `${tenant} ${source} ${format}`;
    const oldest = Math.min(seconds, longestSilent.get(key) ?? seconds);
    longestSilent.set(key, oldest);
    received.set(labels, oldest);
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
