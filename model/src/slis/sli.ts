import type { ExplainRole, SliId } from '../api.ts';
import type { Asset } from '../domain/asset.ts';
import type { DriftSegment } from '../domain/drift-segments.ts';
import type { Episode, Finding } from '../domain/episode.ts';

/** What docs, metrics, dashboards and tooltips are generated from. */
export interface SliDefinition {
  id: SliId;
  code: string;
  title: string;
  /** What the value is, in one sentence, for a tooltip. */
  description: string;
  /** Unit of `value`: `s`, `1`, `count`. */
  unit: string;
  direction: 'lower_is_better' | 'higher_is_better';
  /** On `ratio`; null: none. */
  objective: number | null;
  defaultWindow: string;
  /** Which sources must be alive for the value to be believed: what they observe. */
  needs: readonly SourceRole[];
  minimumCoverage: number;
  version: string;
  /** Reason code → what it means. */
  exclusions: Readonly<Record<string, string>>;
}

/** What a source contributes. */
export type SourceRole = 'posture' | 'vulnerability' | 'change' | 'drift' | 'runtime' | 'inventory' | 'other';

/** An episode with what the SLIs slice and show it by. */
export interface EpisodeView {
  episode: Episode;
  finding: Finding;
  asset: Asset | undefined;
}

/** A resource's comparisons over time, for drift. */
export interface DriftView {
  finding: Finding;
  asset: Asset | undefined;
  segments: readonly DriftSegment[];
  episodes: readonly Episode[];
}

export interface SliInput {
  episodes: readonly EpisodeView[];
  drift: readonly DriftView[];
  /** The window is (fromMs, toMs]; `toMs` is the instant that is asked about. */
  fromMs: number;
  toMs: number;
}

/** One episode's part in a value: what `explain` lists. */
export interface SliMember {
  episodeId: string;
  findingId: string;
  role: ExplainRole;
  reason: string | null;
  durationSeconds: number | null;
  /** Weight in good and bad: 1 for episodes, resource-seconds for drift. */
  weight: number;
}

export interface SliComputation {
  value: number | null;
  good: number;
  bad: number;
  members: SliMember[];
  /** Duration SLIs only. */
  durations?: {
    p50: number | null;
    p90: number | null;
    mean: number | null;
    max: number | null;
    rmst: number | null;
    expectedMisses: number | null;
    open: number | null;
  };
  companions: Record<string, number | null>;
}

export interface Sli {
  definition: SliDefinition;
  compute(input: SliInput): SliComputation;
}
