import type { ClockName, Episode, SegmentName, SliId, Transition } from '@cnapp-slo/model';
import { inputOf, SLIS, segmentsOf } from '@cnapp-slo/model';
import { Histogram } from 'prom-client';

/** From a second to the 28 days of the default window; the deadlines of M1 and M2 (1 h, 24 h, 7 d) are bounds. */
const BUCKETS_SECONDS = [
  1, 10, 60, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800, 43_200, 86_400, 172_800, 259_200, 604_800, 1_209_600,
  2_419_200,
];

/** The duration SLIs: a clock without which there is no duration, the one that ends `total`, and the segments that it is made of. */
const MEASURED: readonly { sli: SliId; needs: ClockName; stop: ClockName; segments: readonly SegmentName[] }[] = [
  { sli: 'mttd-config', needs: 't_change', stop: 't_detect', segments: ['source_lag', 'pipeline_lag'] },
  { sli: 'mttr', needs: 't_detect', stop: 't_verify', segments: ['route', 'acknowledge', 'triage', 'act', 'verify'] },
];
const COMPUTE = new Map(SLIS.map(({ definition, compute }) => [definition.id, compute]));

/** Duplicates are recognised among this many last observations. */
const REMEMBERED = 50_000;
/** OpenMetrics: an exemplar's label names and values have at most 128 characters together. */
const EXEMPLAR_CHARS = 128;

/** `cnapp_episode_duration_seconds`, fed by transitions. It starts at 0 with the process, as histograms may. */
export class EpisodeDurations {
  readonly histogram = new Histogram<'sli' | 'segment' | 'severity' | 'episode_id'>({
    name: 'cnapp_episode_duration_seconds',
    help: 'Durations of episodes that count for the SLI, by segment; total is what the SLI measures.',
    labelNames: ['sli', 'segment', 'severity'],
    buckets: BUCKETS_SECONDS,
    enableExemplars: true,
    registers: [],
  });
  private readonly observed = new Set<string>();

  constructor() {
    for (const { sli, segments } of MEASURED) {
      for (const segment of ['total', ...segments]) {
        for (const severity of ['high', 'critical']) this.histogram.zero({ sli, segment, severity });
      }
    }
  }

  /** A late clock arrives with a later transition, so each one is asked; a stop is observed once. */
  observe({ episode, finding, asset }: Transition): void {
    if (episode.origin === 'backfill') return;
    for (const { sli, needs, stop, segments } of MEASURED) {
      const stopMs = episode.clocks[stop]?.atMs;
      if (stopMs === undefined || !episode.clocks[needs]) continue;
      const compute = COMPUTE.get(sli);
      if (!compute || this.observed.has(`${sli} ${stopMs} ${episode.id}`)) continue;
      // The definition itself says whether the episode counts, and with which duration.
      const input = inputOf({ episodes: [{ episode, finding, asset }] }, stopMs - 1, stopMs);
      const seconds = compute(input).members.find((member) => member.episodeId === episode.id)?.durationSeconds;
      if (seconds === null || seconds === undefined) continue;
      this.remember(`${sli} ${stopMs} ${episode.id}`);
      this.add(episode, sli, 'total', seconds);
      for (const segment of segmentsOf(episode.clocks)) {
        if (segments.includes(segment.name)) this.add(episode, sli, segment.name, segment.seconds);
      }
    }
  }

  private add(episode: Episode, sli: SliId, segment: string, value: number): void {
    const exemplar = { episode_id: episode.id };
    const fits = 'episode_id'.length + episode.id.length <= EXEMPLAR_CHARS;
    this.histogram.observe({
      labels: { sli, segment, severity: episode.severity },
      value,
      exemplarLabels: fits ? exemplar : {},
    });
  }

  private remember(key: string): void {
    this.observed.add(key);
    if (this.observed.size <= REMEMBERED) return;
    for (const oldest of this.observed) {
      this.observed.delete(oldest);
      return;
    }
  }
}
