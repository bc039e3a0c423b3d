import type { ExplainRole, SliId } from '../api.ts';
import type { AgentRecord } from '../domain/agent-record.ts';
import type { ArtifactRecord } from '../domain/artifact-record.ts';
import type { Asset, Criticality } from '../domain/asset.ts';
import type { ChangeRecord } from '../domain/change-record.ts';
import type { DeadlinePolicy } from '../domain/deadline.ts';
import type { ExerciseRecord, IncidentRecord } from '../domain/declared-record.ts';
import type { DetectionHours } from '../domain/detection-hours.ts';
import type { DriftSegment } from '../domain/drift-segments.ts';
import type { Episode, Finding } from '../domain/episode.ts';
import type { Severity } from '../domain/observation.ts';
import type { PrincipalRecord } from '../domain/principal-record.ts';
import type { Range } from '../domain/ranges.ts';
import type { ScopeRecord } from '../domain/scope-record.ts';
import type { VolumeRow } from '../sampling/volume.ts';

/** What docs, metrics, dashboards and tooltips are generated from. */
export interface SliDefinition {
  id: SliId;
  code: string;
  title: string;
  /** What the value is, in one sentence, for a tooltip. */
  description: string;
  /** Of `value`. */
  unit: SliUnit;
  direction: 'lower_is_better' | 'higher_is_better';
  /** On `ratio`; null: none. */
  objective: number | null;
  /** What `good` and `bad` count; null: nothing. */
  counts: string | null;
  /**
   * How good and bad reach the counters that alerts read: `decided` as each episode is decided, `members` as each member of
   * the window gets its role, `time` as time passes, `none` where there is nothing to burn.
   */
  counting: 'decided' | 'members' | 'time' | 'none';
  defaultWindow: string;
  /** Which sources must be alive for the value to be believed: what they observe. Empty: any source. */
  needs: readonly SourceRole[];
  minimumCoverage: number;
  version: string;
  /** Reason code → what it means. */
  exclusions: Readonly<Record<string, string>>;
  companions: Readonly<Record<string, CompanionDefinition>>;
}

/** A number that stands beside the value. */
export interface CompanionDefinition {
  title: string;
  unit: SliUnit;
  /** What it is, for a tooltip. */
  description: string;
}

/** Seconds, a share, a number, bytes. */
export type SliUnit = 's' | '1' | 'count' | 'By';

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

/** A revision; `asset` is its repository. */
export interface ChangeView {
  record: ChangeRecord;
  asset: Asset | undefined;
  /** The highest of what it was deployed or applied to. */
  criticality: Criticality | null;
}

/** A digest, and the assets that it was seen running on. */
export interface ArtifactView {
  record: ArtifactRecord;
  assets: readonly Asset[];
}

/** An asset in scope from its first sight to its deletion. */
export interface AssetView {
  asset: Asset;
  /** Within two intervals of a verdict or a complete scan of one of its scopes: it would be known if it were unsafe. */
  watched: readonly Range[];
  episodes: readonly Episode[];
  /** Its comparisons with what declares it. */
  segments: readonly DriftSegment[];
  /** Repositories that claim to declare it → when they last did (epoch ms). */
  declaredBy: Readonly<Record<string, number>>;
}

/** An agent; `asset` is its node, where the inventory knows it. */
export interface AgentView {
  record: AgentRecord;
  asset: Asset | undefined;
}

/** What a source sent, by UTC day since 1970. Not from the ledger, which keeps no raw telemetry. */
export interface SourceView {
  id: string;
  tenant: string;
  format: string;
  days: Readonly<Record<string, readonly [records: number, bytes: number]>>;
  /** The same by tier, asset class and event class, each record's bytes its own; absent where nobody counted. */
  volumes?: readonly VolumeRow[];
}

/** A list, or what is read anew each time that somebody goes through it: there may be a million. */
export interface Many<T> extends Iterable<T> {
  filter(isIn: (one: T) => boolean): Many<T>;
  flatMap<U>(to: (one: T) => U | readonly U[]): U[];
}

/** Everything that SLIs are computed from: production only, but for what is named after exercises. */
export interface SliFacts {
  episodes: Many<EpisodeView>;
  drift: readonly DriftView[];
  changes: readonly ChangeView[];
  principals: readonly PrincipalRecord[];
  artifacts: readonly ArtifactView[];
  scopes: readonly ScopeRecord[];
  agents: readonly AgentView[];
  detections: readonly DetectionHours[];
  incidents: readonly IncidentRecord[];
  assets: Many<AssetView>;
  sources: readonly SourceView[];
  exercises: readonly ExerciseRecord[];
  exerciseEpisodes: readonly EpisodeView[];
}

export const NO_FACTS: SliFacts = {
  episodes: [],
  drift: [],
  changes: [],
  principals: [],
  artifacts: [],
  scopes: [],
  agents: [],
  detections: [],
  incidents: [],
  assets: [],
  sources: [],
  exercises: [],
  exerciseEpisodes: [],
};

/** (fromMs, toMs], epoch ms. */
export interface Span {
  fromMs: number;
  toMs: number;
}

/** Windows of one length, each ending a step after the one before it: the first begins with the span, the last ends with it. Ms. */
export interface Windows extends Span {
  lengthMs: number;
  stepMs: number;
}

/** Its span is the window; `toMs` is the instant that is asked about. */
export interface SliInput extends SliFacts, Span {
  policy: SliPolicy;
  /** Nobody asks which the members are: those of M1, M2 and M8 have no ids, and SLIs that look at every asset leave out those that are good or bad, which are very many. */
  isBrief?: boolean;
  /** How many bad members are wanted all the same: the longest. */
  worst?: number;
}

/** What the operator sets. */
export interface SliPolicy {
  deadlines: DeadlinePolicy;
  /** Time that the inherited backlog has, from its first sight. */
  adoptionSeconds: number;
  /** Weight of incidents (S1 10, S2 3, S3 1) that 28 days may have; null: not set, and no count budget is shown. */
  incidentBudget: number | null;
  /** The same for each tier of services, by criticality; absent: there is only the one for all. */
  incidentBudgetOf?: Readonly<Record<Criticality, number>>;
  /** Bytes that a day may bring; null: not set. */
  ingestBudgetBytes: number | null;
  /** Identity detections below this confidence are no anomalies. */
  anomalyConfidence: number;
  /** Length of an on-call shift. */
  shiftSeconds: number;
}

/** One member's part in a value: what `explain` lists. */
export interface SliMember {
  /** An episode, or a change, digest, alert group …: what the SLI counts. */
  episodeId: string;
  findingId: string;
  role: ExplainRole;
  reason: string | null;
  durationSeconds: number | null;
  /** Weight in good and bad: 1 for what is counted, seconds for what is measured. */
  weight: number;
  /** What and where, for members that are no episode. */
  subject?: { title: string; assetId?: string; team?: string; severity?: Severity };
}

/** What an SLI says first, and all that a point of a trend says. */
export interface SliHeadline {
  value: number | null;
  good: number;
  bad: number;
}

/** The headline of a window. */
export type SliTrend = (window: Span) => SliHeadline;

export interface SliComputation extends SliHeadline {
  members: SliMember[];
  /** Too little is known for the value to be believed, beyond what coverage says: why. */
  insufficient?: string;
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
  /**
   * For each of the windows what `compute` says of it, with episodes as they stood at its end, in less time; absent where there is
   * nothing to be shared between windows.
   */
  trend?(facts: SliFacts, policy: SliPolicy, windows: Windows): SliTrend;
  /** Without a `trend`: the episodes that can have a part in the headline of some window. Absent: all of them. */
  concerns?(view: EpisodeView): boolean;
}
