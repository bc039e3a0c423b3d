import type { Tier } from '@cnapp-slo/model';

/** Records of a delivery that follow each other, have one unit and are of one kind: they share a fate. */
export interface Fate {
  /** Where the records stand in their payload. */
  places: number[];
  bytes: number;
  /** How many of them are kept, the first ones: all, none, or the exemplars of a summary. */
  kept: number;
  /** Null: kept, but nobody can say with which probability. */
  threshold: string | null;
  /** Null: it is the trace id's, or the one that arrived. */
  randomness: string | null;
  /** null: nobody knows the asset. */
  tier: Tier | null;
  policy: 'tier' | 'never_drop' | 'inconsistent' | 'summary' | 'backfill';
  /** Of the tiers that decided. */
  revision: string;
  tenant: string;
  /** The asset that it is about, or its sender. */
  asset: string;
  /** Shared by the records that one summary tells of. */
  summary: Summary | null;
}

/** Records of one template in one unit that are told by their number. */
export interface Summary {
  template: string;
  unit: string;
  count: number;
  bytes: number;
}

/** The fate of each record, by its place. */
export function fatesByPlace(fates: readonly Fate[]): Map<number, { fate: Fate; isKept: boolean }> {
  const byPlace = new Map<number, { fate: Fate; isKept: boolean }>();
  for (const fate of fates)
    for (const [index, place] of fate.places.entries()) byPlace.set(place, { fate, isKept: index < fate.kept });
  return byPlace;
}

/** Of a fate's bytes, those of what is kept; of a summary in proportion. */
export function keptBytesOf({ bytes, kept, places }: Fate): number {
  return kept === places.length ? bytes : (bytes * kept) / places.length;
}
