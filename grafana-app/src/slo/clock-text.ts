import type { ClockName } from '@cnapp-slo/model';
import { t } from '../i18n.ts';

/** What happened at a clock. */
export function clockText(name: ClockName): string {
  switch (name) {
    case 't_change':
      return t('clock.change', 'Change took effect');
    case 't_observable':
      return t('clock.observable', 'Evidence reached us');
    case 't_detect':
      return t('clock.detect', 'Detected');
    case 't_alert':
      return t('clock.alert', 'Alerted');
    case 't_ack':
      return t('clock.ack', 'Acknowledged');
    case 't_triage':
      return t('clock.triage', 'Triaged');
    case 't_remediate':
      return t('clock.remediate', 'Fix took effect');
    case 't_verify':
      return t('clock.verify', 'Fix verified');
    case 't_close':
      return t('clock.close', 'Closed');
  }
}

/** What was waited for until a clock; null: it still is. */
export function segmentText(until: ClockName | null): string {
  switch (until) {
    case null:
      return t('segment.waiting', 'so far');
    case 't_change':
      return t('segment.change', 'until the change');
    case 't_observable':
      return t('segment.observable', 'until observable');
    case 't_detect':
      return t('segment.detect', 'until detected');
    case 't_alert':
      return t('segment.alert', 'until alerted');
    case 't_ack':
      return t('segment.ack', 'until acknowledged');
    case 't_triage':
      return t('segment.triage', 'until triaged');
    case 't_remediate':
      return t('segment.remediate', 'until fixed');
    case 't_verify':
      return t('segment.verify', 'until verified');
    case 't_close':
      return t('segment.close', 'until closed');
  }
}
