import type { SliDefinition } from '../sli.ts';

/** SLI-DEFINITIONS 11, F5. */
export const definition: SliDefinition = {
  id: 'ingest-cost',
  code: 'F5',
  title: 'Telemetry volume',
  description: 'Bytes received in the complete UTC days of the window, against what a day may bring.',
  unit: 'By',
  direction: 'lower_is_better',
  objective: null,
  counts: 'days within and over the daily budget',
  counting: 'none',
  defaultWindow: '28d',
  needs: [],
  minimumCoverage: 0,
  version: 'f5.v1',
  exclusions: {},
  companions: {
    per_day: {
      title: 'Bytes a day',
      unit: 'By',
      description: 'mean bytes a day, from the first day of the window that has any',
    },
    forecast_7d: {
      title: 'Next seven days',
      unit: 'By',
      description: 'bytes that the next seven days bring if the Theil–Sen line goes on',
    },
    budget_share: { title: 'Of the budget', unit: '1', description: 'bytes / what the budget allows for those days' },
    bytes_t0: {
      title: 'Tier T0',
      unit: 'By',
      description: 'of the assets that are kept whole: c0, incidents, restricted data',
    },
    bytes_t1: { title: 'Tier T1', unit: 'By', description: 'of tier T1: c1, what is reachable from the internet' },
    bytes_t2: { title: 'Tier T2', unit: 'By', description: 'of tier T2: c2, and where the criticality is not known' },
    bytes_t3: { title: 'Tier T3', unit: 'By', description: 'of tier T3: c3' },
    bytes_unknown: {
      title: 'No known asset',
      unit: 'By',
      description: 'of records that name no asset of the inventory',
    },
    largest_source: { title: 'Largest source', unit: '1', description: 'share of the source that sent the most' },
    records: { title: 'Records', unit: 'count', description: 'records received in those days' },
    bytes_per_true_alert: {
      title: 'For each true alert',
      unit: 'By',
      description: 'bytes / runtime and identity detections of the window labelled true',
    },
  },
};
