import type { DecidedItem, DetectionMark } from '@cnapp-slo/model';
import { MINUTE_MS, UNKNOWN_TIER } from '@cnapp-slo/model';
import type { Seen } from './sampler.ts';
import type { TierEntry } from './tier-table.ts';

/** Rows that are kept; the oldest minutes go first. */
const MAX_ROWS = 300_000;
const KEPT_MS = 24 * 3_600_000;
/** Raw telemetry of so long before a detection is a trace of it. What comes after is of a promoted asset. */
const TRACE_MS = 15 * 60_000;

const CONCLUSIONS: ReadonlySet<string> = new Set(['finding', 'alert']);

/** Which part of the window; what is left out does not matter. */
export interface RecordedRange {
  tenant?: string | undefined;
  /** Rows of the minutes since then. */
  fromMs?: number;
  /** Decided by these tiers. */
  revision?: string;
}

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
      const key = `${one.tenant}\n${one.unit}\n${one.template}\n${one.asset}\n${one.tier}\n${one.revision}`;
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

  /** What simulations and guards need of the rows that match; `entryOf` knows an asset by any of its names. */
  items(
    { tenant, fromMs, revision }: RecordedRange,
    entryOf: (tenant: string, name: string) => TierEntry | undefined,
    detections: readonly DetectionMark[],
  ): DecidedItem[] {
    const byAsset = Map.groupBy(detections, ({ assetId }) => assetId);
    const items: DecidedItem[] = [];
    for (const [minute, rows] of this.#minutes) {
      if (fromMs !== undefined && (minute + 1) * MINUTE_MS <= fromMs) continue;
      for (const row of rows.values()) {
        if (tenant !== undefined && row.tenant !== tenant) continue;
        if (revision !== undefined && row.revision !== revision) continue;
        const { unit, template, asset, tier, format, eventClass, timeMs, events, bytes, keptBytes, randomness } = row;
        const entry = entryOf(row.tenant, asset);
        // What a detector concluded is no trace that it could have been concluded from.
        const near = CONCLUSIONS.has(eventClass)
          ? undefined
          : byAsset.get(entry?.id ?? asset)?.find(({ atMs }) => timeMs <= atMs && atMs - timeMs <= TRACE_MS);
        items.push({
          atMs: timeMs,
          events,
          bytes,
          keptBytes,
          unit,
          randomness,
          template,
          asset: entry?.id ?? asset,
          criticality: entry?.place.criticality ?? null,
          // The one of then: today's may be high because of what was detected since.
          tier: tier ?? UNKNOWN_TIER,
          source: format,
          eventClass: eventClass as DecidedItem['eventClass'],
          rule: near ? template : null,
          phase: near?.id ?? null,
          ...(near && { detectorClass: near.detectorClass }),
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
