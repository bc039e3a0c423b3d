import type { NowMs } from '@cnapp-slo/model';
import type { ReceiverLog, ReceiverTelemetry } from '../telemetry/receiver-telemetry.ts';

/** What the program gives every receiver; what its user sets is in its `…Config`. */
export interface ReceiverSettings {
  now: NowMs;
  log: ReceiverLog;
  telemetry: ReceiverTelemetry;
}
