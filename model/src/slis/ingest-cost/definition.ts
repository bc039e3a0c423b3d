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
    per_day: 'mean bytes a day, from the first day of the window that has any',
    forecast_7d: 'bytes that the next seven days bring if the Theil–Sen line goes on',
    budget_share: 'bytes / what the budget allows for those days',
    bytes_t0: 'of the assets that are kept whole: c0, incidents, restricted data',
    bytes_t1: 'of tier T1: c1, what is reachable from the internet',
    bytes_t2: 'of tier T2: c2, and where the criticality is not known',
    bytes_t3: 'of tier T3: c3',
    bytes_unknown: 'of records that name no asset of the inventory',
    largest_source: 'share of the source that sent the most',
    records: 'records received in those days',
    bytes_per_true_alert: 'bytes / runtime and identity detections of the window labelled true',
  },
};
