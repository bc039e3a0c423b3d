import type { FormatAdapter } from '@cnapp-slo/model';
import { alertNotifications } from '../notify-alertmanager-webhook/adapter.ts';
import { accept, reject } from '../observe.ts';
import { isObject } from '../read.ts';

/** Grafana Alerting's webhook: Alertmanager's, with the organisation. Source: grafana.com/docs/grafana/latest/alerting/configure-notifications/manage-contact-points/integrations/webhook-notifier. */
export const notifyGrafanaWebhook: FormatAdapter = {
  id: 'notify-grafana-webhook',
  stability: 'beta',
  matches: (doc) => isObject(doc) && Array.isArray(doc.alerts) && 'receiver' in doc && 'orgId' in doc,
  decode: (doc, envelope) =>
    isObject(doc)
      ? accept(...alertNotifications('grafana', doc, envelope))
      : reject('notify-grafana-webhook.schema', 'not an object'),
};
