import { t } from '@grafana/i18n';
import { formatCount, formatDuration, formatPercent } from './format.ts';

/** A number that stands beside an SLI's value, as the reader sees it. */
export interface Companion {
  title: string;
  value: string;
}

type Format = (value: number | null) => string;

/** Titles and units of the companions that the SLIs publish (model/src/slis); one that is not listed shows by its own name, as a number. */
const known = (): Record<string, readonly [title: string, format: Format]> => ({
  exact_start_share: [t('companion.exact-starts', 'Exact starts'), formatPercent],
  source_lag: [t('companion.source-lag', 'Source lag, mean'), formatDuration],
  pipeline_lag: [t('companion.pipeline-lag', 'Detection lag, mean'), formatDuration],
  skew_clamped: [t('companion.skew-clamped', 'Clock skew evened out'), formatCount],
  claimed_mean: [t('companion.claimed-mean', 'Until claimed fixed'), formatDuration],
  exposure_mean: [t('companion.exposure-mean', 'Exposure, mean'), formatDuration],
  mtta: [t('companion.mtta', 'Until acknowledged'), formatDuration],
  missing_alert: [t('companion.missing-alert', 'Never alerted'), formatCount],
  modified: [t('companion.modified', 'Modified'), formatPercent],
  missing: [t('companion.missing', 'Missing'), formatPercent],
  unmanaged: [t('companion.unmanaged', 'Unmanaged'), formatPercent],
  expected: [t('companion.expected', 'Expected drift'), formatPercent],
  drifting_now: [t('companion.drifting-now', 'Drifting now'), formatPercent],
  resources: [t('companion.resources', 'Resources compared'), formatCount],
});

export function companionsOf(companions: Readonly<Record<string, number | null>> | undefined): Companion[] {
  const titles = known();
  return Object.entries(companions ?? {}).map(([name, value]) => {
    const [title, format] = titles[name] ?? [name.replaceAll('_', ' '), formatCount];
    return { title, value: format(value) };
  });
}
