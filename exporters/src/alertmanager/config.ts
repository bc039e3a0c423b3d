import * as z from 'zod';
import { durationMs, httpUrl, parseSection } from '../config.ts';

const schema = z.strictObject({
  /** Every Alertmanager of the cluster, `http://alertmanager:9093`; each gets every alert. Required. */
  endpoints: z.array(httpUrl).min(1),
  /** How often open incidents are sent again; an alert that is not expires after four intervals. Unset: 60s. */
  resend_interval: durationMs.default(60_000),
  /** How long one request may take. Unset: 10s. */
  timeout: durationMs.default(10_000),
  /** Value of the `Authorization` header. Unset: none. */
  authorization: z.string().min(1).optional(),
  /** Where people reach the processor's pages, for the link in the alert. Unset: no link. */
  public_url: httpUrl.optional(),
  /** Unset: CnappIncident. */
  alertname: z.string().min(1).default('CnappIncident'),
  /** Labels added to every alert, for routing. Unset: none. */
  labels: z.record(z.string().regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/, 'must be a label name'), z.string()).default({}),
});

export type AlertmanagerConfig = z.output<typeof schema>;

/** Null when the section is absent: no alerts are sent. Throws an Error that names the key. */
export function parseAlertmanagerConfig(raw: unknown, key = 'exporters.alertmanager'): AlertmanagerConfig | null {
  return raw === undefined ? null : parseSection(schema, key, raw);
}
