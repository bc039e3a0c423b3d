import type { ExplainItem } from '@cnapp-slo/model';

const DAY_MS = 86_400_000;

export interface OpenDay {
  /** Midnight UTC that the day ends with, or now on the last. */
  atMs: number;
  /** Still open then; null before anything was known. */
  open: number | null;
  /** Detected during the day. */
  detected: number;
  /** Closed during the day, for whatever reason. */
  closed: number;
}

/** Open episodes at the end of each day, oldest first; dismissed ones never were open. */
export function openTrend(items: readonly ExplainItem[], fromMs: number, toMs: number): OpenDay[] {
  const spans = items.flatMap(({ reason, clocks }) => {
    if (clocks.t_detect === undefined || reason === 'false_positive' || reason === 'duplicate') return [];
    const end = clocks.t_close ?? clocks.t_verify;
    return [
      {
        startMs: Date.parse(clocks.t_detect.at),
        endMs: end === undefined ? Number.POSITIVE_INFINITY : Date.parse(end.at),
      },
    ];
  });
  const knownFromMs = Math.min(...spans.map(({ startMs }) => startMs));
  const days: OpenDay[] = [];
  for (let start = Math.floor(fromMs / DAY_MS) * DAY_MS; start < toMs; start += DAY_MS) {
    const atMs = Math.min(start + DAY_MS, toMs);
    const isWithin = (ms: number) => ms >= start && ms < atMs;
    days.push({
      atMs,
      open: knownFromMs < atMs ? spans.filter(({ startMs, endMs }) => startMs < atMs && endMs >= atMs).length : null,
      detected: spans.filter(({ startMs }) => isWithin(startMs)).length,
      closed: spans.filter(({ endMs }) => isWithin(endMs)).length,
    });
  }
  return days;
}
