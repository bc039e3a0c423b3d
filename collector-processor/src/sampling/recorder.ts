import type { DetectionMark, RecordedItem } from '@cnapp-slo/model';
import { MINUTE_MS, UNKNOWN_TIER } from '@cnapp-slo/model';
import type { Seen } from './sampler.ts';
import type { TierEntry } from './tier-table.ts';

/** Rows that are kept; the oldest minutes go first. */
const MAX_ROWS = 300_000;
const KEPT_MS = 24 * 3_600_000;
/** Raw telemetry this near to a detection is a trace of it. */
const TRACE_MS = 15 * 60_000;

/** The unsampled window of the last day: what passed, by unit and kind, for the simulator. */
export class Recorder {
  readonly #minutes = new Map<number, Map<string, Seen>>();
  #rows = 0;

  add(seen: readonly Seen[], nowMs: number): void {
    const minute = Math.floor(nowMs / MINUTE_MS);
    let rows = this.#minutes.get(minute);
    if (!rows) {
      rows = new Map();
      this.#minutes.set(minute, rows);
      this.#forget(minute);
    }
    for (const one of seen) {
      const key = `${one.unit}\n${one.template}\n${one.asset}`;
      const known = rows.get(key);
      if (known) {
        known.events += one.events;
        known.bytes += one.bytes;
        known.keptBytes += one.keptBytes;
      } else {
        rows.set(key, one);
        this.#rows += 1;
      }
    }
  }

  /** What a simulation needs; `entryOf` knows an asset by any of its names. */
  items(entryOf: (name: string) => TierEntry | undefined, detections: readonly DetectionMark[]): RecordedItem[] {
    const byAsset = Map.groupBy(detections, ({ assetId }) => assetId);
    const items: RecordedItem[] = [];
    for (const rows of this.#minutes.values()) {
      for (const { unit, template, asset, tier, format, eventClass, timeMs, events, bytes } of rows.values()) {
        const entry = entryOf(asset);
        const near = byAsset.get(entry?.subject.id ?? asset)?.find(({ atMs }) => Math.abs(atMs - timeMs) <= TRACE_MS);
        items.push({
          atMs: timeMs,
          events,
          bytes,
          unit,
          template,
          asset: entry?.subject.id ?? asset,
          criticality: entry?.subject.facts.criticality ?? null,
          // Today's tier, not the one of then: it is the candidate that is asked about.
          tier: entry?.tier ?? tier ?? UNKNOWN_TIER,
          source: format,
          eventClass: eventClass as RecordedItem['eventClass'],
          rule: near ? template : null,
          phase: near?.id ?? null,
        });
      }
    }
    return items;
  }

  /** Bytes before and after sampling since `fromMs`. */
  bytesSince(fromMs: number): { bytes: number; keptBytes: number } {
    const sum = { bytes: 0, keptBytes: 0 };
    for (const [minute, rows] of this.#minutes) {
      if ((minute + 1) * MINUTE_MS <= fromMs) continue;
      for (const { bytes, keptBytes } of rows.values()) {
        sum.bytes += bytes;
        sum.keptBytes += keptBytes;
      }
    }
    return sum;
  }

  #forget(minute: number): void {
    for (const [old, rows] of this.#minutes) {
      if (old === minute || (old > minute - KEPT_MS / MINUTE_MS && this.#rows <= MAX_ROWS)) return;
      this.#minutes.delete(old);
      this.#rows -= rows.size;
    }
  }
}
