import type { Actor, Asset, Clock, ClockName, Clocks, Episode, EpisodeView, Finding } from '@cnapp-slo/model';
import { isDismissed } from '@cnapp-slo/model';
import { FIELDS, HAS_MORE, type More } from './episode-fields.ts';
import type { EpisodeTable } from './episode-table.ts';
import type { Kind } from './kind-pool.ts';
import type { Read } from './row-views.ts';

const NO_SUSPENSIONS: Episode['suspensions'] = [];

/**
 * A row of the table as an episode, as its clocks, and as the view that SLIs take: one object for what would be a dozen. It shows the
 * table as it is now, and must not be kept beyond the next change. What has no column is read from the finding's packed row. A copy by
 * `{ ...row }` is empty; `whole` gives one.
 */
export class EpisodeRow implements Read<Episode>, Read<Clocks>, Read<EpisodeView> {
  readonly table: EpisodeTable;
  readonly row: number;

  constructor(table: EpisodeTable, row: number) {
    this.table = table;
    this.row = row;
  }

  get episode(): Episode {
    return this as unknown as Episode;
  }

  get clocks(): Clocks {
    return this as unknown as Clocks;
  }

  get view(): EpisodeView {
    return this as unknown as EpisodeView;
  }

  get finding(): Finding {
    return this.table.findings.row(this.table.finding[this.row] as number).finding;
  }

  get asset(): Asset | undefined {
    return this.table.findings.assetOf(this.table.finding[this.row] as number);
  }

  get findingRow(): number {
    return this.table.finding[this.row] as number;
  }

  /** As it was put in, all of it. */
  get whole(): Episode {
    const { seq } = this;
    const { episodes } = this.table.findings.whole(this.table.finding[this.row] as number);
    return episodes.find((episode) => episode.seq === seq) as Episode;
  }

  get id(): string {
    return `${this.findingId}.${this.seq}`;
  }

  get findingId(): string {
    return this.table.findings.idOf(this.table.finding[this.row] as number);
  }

  get seq(): number {
    return this.table.seq[this.row] as number;
  }

  get tenant(): string {
    return this.kind.tenant;
  }

  get detector(): string {
    return this.kind.detector;
  }

  get detectorClass(): Episode['detectorClass'] {
    return this.kind.detectorClass;
  }

  get rule(): string {
    return this.kind.rule;
  }

  get state(): Episode['state'] {
    return FIELDS.state.of(this.flags);
  }

  get closeReason(): Episode['closeReason'] | undefined {
    return FIELDS.closeReason.of(this.flags);
  }

  get trigger(): Episode['trigger'] {
    return FIELDS.trigger.of(this.flags);
  }

  get verdict(): Episode['verdict'] | undefined {
    return FIELDS.verdict.of(this.flags);
  }

  get severity(): Episode['severity'] {
    return FIELDS.severity.of(this.flags);
  }

  get strictestSeverity(): Episode['severity'] {
    return FIELDS.strictestSeverity.of(this.flags);
  }

  get cohort(): Episode['cohort'] {
    return FIELDS.isBaseline.of(this.flags) ? 'baseline' : 'normal';
  }

  get origin(): Episode['origin'] {
    return FIELDS.isBackfill.of(this.flags) ? 'backfill' : 'live';
  }

  get exercise(): boolean {
    return FIELDS.exercise.of(this.flags);
  }

  get durable(): boolean {
    return FIELDS.durable.of(this.flags);
  }

  get detectorSuppressed(): boolean {
    return FIELDS.detectorSuppressed.of(this.flags);
  }

  get attempts(): Episode['attempts'] | undefined {
    return this.more?.attempts;
  }

  get suspensions(): Episode['suspensions'] {
    return this.more?.suspensions ?? NO_SUSPENSIONS;
  }

  get alertGroup(): string | undefined {
    return this.more?.alertGroup;
  }

  get alertUrgency(): Episode['alertUrgency'] | undefined {
    return this.more?.alertUrgency;
  }

  get causeChangeId(): string | undefined {
    return this.more?.causeChangeId;
  }

  get fixChangeId(): string | undefined {
    return this.more?.fixChangeId;
  }

  get fixActor(): Actor | undefined {
    return this.more?.fixActor;
  }

  get assignee(): string | undefined {
    return this.more?.assignee;
  }

  get driftKind(): Episode['driftKind'] | undefined {
    return this.more?.driftKind;
  }

  get flaps(): number {
    return this.whole.flaps;
  }

  get candidateChangeIds(): string[] {
    return this.whole.candidateChangeIds;
  }

  get lastFailMs(): number {
    return this.whole.lastFailMs;
  }

  get lastSeenMs(): number {
    return this.whole.lastSeenMs;
  }

  get traceIds(): string[] {
    return this.whole.traceIds;
  }

  get t_change(): Clock | undefined {
    return this.clock('t_change', this.table.times.t_change, FIELDS.changePrecision.of(this.flags));
  }

  get t_observable(): Clock | undefined {
    return this.clock('t_observable', this.table.times.t_observable);
  }

  get t_detect(): Clock | undefined {
    return this.clock('t_detect', this.table.times.t_detect);
  }

  get t_alert(): Clock | undefined {
    return this.clock('t_alert', this.table.times.t_alert, FIELDS.alertPrecision.of(this.flags));
  }

  get t_ack(): Clock | undefined {
    return this.clock('t_ack', null);
  }

  get t_triage(): Clock | undefined {
    return this.clock('t_triage', null);
  }

  get t_remediate(): Clock | undefined {
    return this.clock('t_remediate', this.table.times.t_remediate);
  }

  get t_verify(): Clock | undefined {
    return this.clock('t_verify', this.table.times.t_verify);
  }

  get t_close(): Clock | undefined {
    return this.clock('t_close', this.table.times.t_close);
  }

  /** From this instant on it is as it is now (epoch ms). Trends ask this of every row at each of their points: no clocks are made for it. */
  get settledMs(): number {
    const { t_observable, t_alert, t_remediate, t_verify, t_close } = this.table.times;
    const { row, more } = this;
    const timedMs = Math.max(
      this.#detectMs,
      t_observable[row] as number,
      t_alert[row] as number,
      t_remediate[row] as number,
      t_verify[row] as number,
      t_close[row] as number,
    );
    return more === undefined
      ? timedMs
      : Math.max(timedMs, more.clocks.t_ack?.atMs ?? 0, more.clocks.t_triage?.atMs ?? 0);
  }

  /**
   * As it stood at `atMs`, by event time and today's knowledge: what came later is not there yet. Null: it had not been detected.
   * Dismissals reach back (restatement): a false positive never was an episode.
   */
  at(atMs: number): EpisodeRow | null {
    if (this.settledMs <= atMs) return this;
    return this.#detectMs <= atMs ? new PastRow(this, atMs) : null;
  }

  protected clock(
    name: ClockName,
    times: Float64Array | null,
    precision: Clock['precision'] = 'exact',
  ): Clock | undefined {
    const kept = this.more?.clocks[name];
    if (kept) return kept;
    const atMs = times === null ? 0 : (times[this.row] as number);
    return atMs === 0 ? undefined : (new ClockRow(this, name, atMs, precision) as unknown as Clock);
  }

  /** Infinite: it has not been detected. */
  get #detectMs(): number {
    const { more } = this;
    return more?.clocks.t_detect?.atMs ?? ((this.table.times.t_detect[this.row] as number) || Number.POSITIVE_INFINITY);
  }

  private get flags(): number {
    return this.table.flags[this.row] as number;
  }

  private get kind(): Kind {
    return this.table.kinds.get(this.table.kind[this.row] as number);
  }

  private get more(): More | undefined {
    return (this.flags & HAS_MORE) === 0 ? undefined : this.table.more.get(this.row);
  }
}

/** The row as it stood at an instant. */
class PastRow extends EpisodeRow {
  readonly #atMs: number;

  constructor({ table, row }: EpisodeRow, atMs: number) {
    super(table, row);
    this.#atMs = atMs;
  }

  override get state(): Episode['state'] {
    if (this.t_close) return 'closed';
    if (this.t_remediate) return 'fixed_unverified';
    return this.t_ack ? 'acked' : 'open';
  }

  override get closeReason(): Episode['closeReason'] | undefined {
    return this.t_close ? super.closeReason : undefined;
  }

  override at(): EpisodeRow | null {
    throw new Error('what was is asked of what is');
  }

  /** t_change is known with the detection, although it is found out later. */
  protected override clock(...of: Parameters<EpisodeRow['clock']>): Clock | undefined {
    const [name] = of;
    const clock = super.clock(...of);
    const isThere =
      clock &&
      (clock.atMs <= this.#atMs ||
        name === 't_change' ||
        (name === 't_close' && isDismissed({ closeReason: super.closeReason })));
    return isThere ? clock : undefined;
  }
}

/** A clock without bounds: its time and its precision have columns. */
class ClockRow implements Read<Clock> {
  readonly atMs: number;
  readonly precision: Clock['precision'];
  readonly #episode: EpisodeRow;
  readonly #name: ClockName;

  constructor(episode: EpisodeRow, name: ClockName, atMs: number, precision: Clock['precision']) {
    this.atMs = atMs;
    this.precision = precision;
    this.#episode = episode;
    this.#name = name;
  }

  /** A clock with bounds is kept as it is. */
  get loMs(): undefined {
    return undefined;
  }

  get hiMs(): undefined {
    return undefined;
  }

  get source(): string {
    return this.#whole.source;
  }

  get recvMs(): number | undefined {
    return this.#whole.recvMs;
  }

  get factId(): string | undefined {
    return this.#whole.factId;
  }

  get actor(): string | undefined {
    return this.#whole.actor;
  }

  get #whole(): Clock {
    return this.#episode.whole.clocks[this.#name] as Clock;
  }
}
