import type { ClockName } from '@cnapp-slo/model';

/** One colour a stretch, by the clock that ends it, the same on every page: names of Grafana's palette. */
export const SEGMENT_COLORS: Readonly<Record<ClockName, string>> = {
  t_change: 'gray',
  t_observable: 'semi-dark-blue',
  t_detect: 'blue',
  t_alert: 'purple',
  t_ack: 'yellow',
  t_triage: 'light-orange',
  t_remediate: 'orange',
  t_verify: 'green',
  t_close: 'semi-dark-green',
};
