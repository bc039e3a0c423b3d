import type { Episode } from '../../domain/episode.ts';
import { commonMs, difference, intersection, type Range, unionOf } from '../../domain/ranges.ts';
import type { AssetView, SliPolicy, Span } from '../sli.ts';
import { WEIGHTS } from './definition.ts';
import { canBeUnsafe, exposureOf } from './unsafe.ts';

/** What an episode did to its asset, and when. */
interface Part {
  episode: Episode;
  ranges: readonly Range[];
}

/** What happened to an asset within a span, epoch ms. */
export interface Course {
  weight: number;
  inScope: Range;
  /** It would have been known; not cut to the span. */
  watched: readonly Range[];
  /** Each instant is charged to the episode that made the asset unsafe first: no two overlap. */
  unsafe: readonly Part[];
  /** These may overlap. */
  accepted: readonly Part[];
}

/** Most assets are safe: they cost no lists. */
const NONE: readonly Part[] = [];

/** Null: it was not there. */
export function courseOf(view: AssetView, { fromMs, toMs, policy }: Span & { policy: SliPolicy }): Course | null {
  const { asset, watched } = view;
  const inScope: Range = [
    Math.max(asset.firstSeenMs, fromMs),
    Math.min(asset.deletedMs ?? Number.POSITIVE_INFINITY, toMs),
  ];
  if (inScope[1] <= inScope[0]) return null;
  const late: Part[] = [];
  const excused: Part[] = [];
  for (const episode of view.episodes) {
    if (!canBeUnsafe(episode)) continue;
    const { t_detect: detect, t_close: close } = episode.clocks;
    if (!detect || detect.atMs > toMs || (close && close.atMs <= fromMs)) continue;
    const exposure = exposureOf(episode, view, policy);
    if ((exposure.unsafe[0]?.[0] ?? toMs) < toMs) late.push({ episode, ranges: exposure.unsafe });
    if (exposure.accepted.length > 0) excused.push({ episode, ranges: exposure.accepted });
  }
  const course = { weight: WEIGHTS[asset.criticality], inScope, watched, unsafe: NONE, accepted: NONE };
  if (late.length === 0 && excused.length === 0) return course;
  const known = intersection([inScope], watched);
  return { ...course, unsafe: chargedOf(late, known), accepted: partsOf(excused, known) };
}

/** Within (fromMs, toMs]. */
export function watchedMs({ inScope, watched }: Course, { fromMs, toMs }: Span): number {
  return commonMs(watched, Math.max(inScope[0], fromMs), Math.min(inScope[1], toMs));
}

function partsOf(parts: readonly Part[], known: readonly Range[]): Part[] {
  return parts
    .map(({ episode, ranges }) => ({ episode, ranges: intersection(ranges, known) }))
    .filter(({ ranges }) => ranges.length > 0);
}

function chargedOf(late: Part[], known: readonly Range[]): Part[] {
  late.sort((a, b) => (a.ranges[0]?.[0] ?? 0) - (b.ranges[0]?.[0] ?? 0) || (a.episode.id < b.episode.id ? -1 : 1));
  const parts: Part[] = [];
  let charged: readonly Range[] = [];
  for (const { episode, ranges } of late) {
    const own = difference(intersection(ranges, known), charged);
    if (own.length === 0) continue;
    charged = unionOf([charged, own]);
    parts.push({ episode, ranges: own });
  }
  return parts;
}
