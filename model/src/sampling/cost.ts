import type { Volume } from './volume.ts';

export interface TelemetryPrices {
  /** What taking in a GB (10^9 bytes) costs, in the currency that the operator counts in. */
  ingestPerGb: number;
  /** What keeping a GB for a month costs. */
  storedPerGbMonth: number;
  retentionMonths: number;
}

const GB = 1e9;

/** GB × ingest price + GB × storage price × months (SAMPLING.md 3). */
export function costOf(bytes: number, prices: TelemetryPrices): number {
  return (bytes / GB) * (prices.ingestPerGb + prices.storedPerGbMonth * prices.retentionMonths);
}

/** Cost by alert and by true alert; null where there was none: no alert is not a cheap one. */
export function costPerAlert(
  volume: Pick<Volume, 'bytes'>,
  alerts: { all: number; confirmed: number },
  prices: TelemetryPrices,
): { perAlert: number | null; perTrueAlert: number | null } {
  const cost = costOf(volume.bytes, prices);
  return {
    perAlert: alerts.all > 0 ? cost / alerts.all : null,
    perTrueAlert: alerts.confirmed > 0 ? cost / alerts.confirmed : null,
  };
}
