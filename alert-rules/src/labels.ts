/** Labels of recorded series and alerts. */
import type { Alert } from './alerts.ts';
import type { Slo } from './slo.ts';

/** Ours: an author's label of the same name is kept as `exported_…`, as Prometheus does when it scrapes. */
const RESERVED_LABELS: readonly string[] = ['alertname', 'alertstate', 'slo', 'service', 'tier', 'mode', 'window'];

/** What every recorded series of an SLO carries, beside its group. */
export const identity = (slo: Slo): Record<string, string> => ({ slo: slo.id, service: slo.service });

/** `severity` is the author's where they say one; nothing that is measured only is ever routed. */
export function alertLabels(slo: Slo, alert: Alert): Record<string, string> {
  return {
    severity: alert.severity,
    ...prometheusLabels({ ...slo.labels, ...alert.labels }),
    ...identity(slo),
    tier: alert.tier,
    ...(slo.mode === 'measure' ? { mode: 'measure', severity: 'none' } : {}),
  };
}

/** Label names that Prometheus takes, clear of ours. */
export function prometheusLabels(labels: Readonly<Record<string, string>>): Record<string, string> {
  const renamed = Object.entries(labels).map(([name, value]): [string, string] => {
    const safe = name.replace(/[^a-zA-Z0-9_]/g, '_').replace(/^(?=\d)/, '_');
    return [RESERVED_LABELS.includes(safe) ? `exported_${safe}` : safe, value];
  });
  return Object.fromEntries(renamed);
}
