import { createHash } from 'node:crypto';
import type { Episode, Segment, SegmentName, Transition } from '@cnapp-slo/model';
import { segmentsOf } from '@cnapp-slo/model';
import { attributesOf, type SpanAttributes } from './attributes.ts';

/** A span of an episode's trace, before it gets the SDK's form. Times in epoch ms. */
export interface EpisodeSpan {
  traceId: string;
  spanId: string;
  /** Absent on the root. */
  parentSpanId?: string;
  name: string;
  startMs: number;
  endMs: number;
  attributes: SpanAttributes;
  /** Traces that the episode's events came with; their spans are not known. */
  linkedTraceIds: string[];
}

/** Which segments a transition completes; `restated` says that any clock may have moved. */
const COMPLETED: Record<Transition['at'], readonly SegmentName[]> = {
  detected: ['source_lag', 'pipeline_lag'],
  alerted: ['route'],
  acknowledged: ['acknowledge'],
  remediated: ['triage', 'act'],
  verified: ['verify'],
  restated: ['source_lag', 'pipeline_lag', 'route', 'acknowledge', 'triage', 'act', 'verify'],
  closed: [],
  reopened: [],
  suspended: [],
};

/**
 * The spans that a transition completes: segments as they end, the root when the episode closes. Every id is derived from
 * the episode, so exporting the same step again gives the same span, and children can name their root before it exists.
 */
export function spansOf(transition: Transition): EpisodeSpan[] {
  const { at, episode } = transition;
  const attributes = attributesOf(transition);
  const spans = segmentsOf(episode.clocks)
    .filter((segment) => COMPLETED[at].includes(segment.name))
    .map((segment) => segmentSpan(episode, segment, attributes));
  const isEnd = at === 'closed' || at === 'restated';
  const closeMs = episode.clocks.t_close?.atMs;
  if (isEnd && closeMs !== undefined) spans.push(rootSpan(episode, closeMs, attributes));
  return spans;
}

/** 16 bytes, hex. */
export function traceIdOf(episode: Episode): string {
  return hash('trace', episode).slice(0, 32);
}

function spanIdOf(episode: Episode, name: string): string {
  return hash(name, episode).slice(0, 16);
}

function hash(what: string, { tenant, id }: Episode): string {
  return createHash('sha256')
    .update(JSON.stringify([what, tenant, id]))
    .digest('hex');
}

function rootSpan(episode: Episode, closeMs: number, attributes: SpanAttributes): EpisodeSpan {
  const starts = Object.values(episode.clocks).map((clock) => clock.loMs ?? clock.atMs);
  return {
    traceId: traceIdOf(episode),
    spanId: spanIdOf(episode, 'episode'),
    name: 'episode',
    startMs: Math.min(closeMs, ...starts),
    endMs: closeMs,
    attributes,
    linkedTraceIds: linkedTraceIds(episode),
  };
}

function segmentSpan(episode: Episode, segment: Segment, attributes: SpanAttributes): EpisodeSpan {
  const { name, from, to, start, stop, seconds } = segment;
  return {
    traceId: traceIdOf(episode),
    spanId: spanIdOf(episode, name),
    parentSpanId: spanIdOf(episode, 'episode'),
    name,
    startMs: stop.atMs - seconds * 1000,
    endMs: stop.atMs,
    attributes: {
      ...attributes,
      'cnapp.segment.from': from,
      'cnapp.segment.from.source': start.source,
      'cnapp.segment.from.precision': start.precision,
      'cnapp.segment.to': to,
      'cnapp.segment.to.source': stop.source,
      'cnapp.segment.to.precision': stop.precision,
    },
    linkedTraceIds: name === 'pipeline_lag' ? linkedTraceIds(episode) : [],
  };
}

function linkedTraceIds(episode: Episode): string[] {
  return episode.traceIds.filter((id) => /^(?!0{32})[0-9a-f]{32}$/.test(id));
}
