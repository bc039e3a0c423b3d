import type { Episode, EpisodeView } from '@cnapp-slo/model';
import { grown, resized } from '../packed/row-heap.ts';
import { FIELDS, HAS_MORE, type More, moreOf, TIMED, type Timed } from './episode-fields.ts';
import { EpisodeRow } from './episode-row.ts';
import type { FindingTable } from './finding-table.ts';
import { KindPool } from './kind-pool.ts';
import { allRows, NONE, RowViews } from './row-views.ts';

/** The episodes of all findings in columns: what SLIs ask of each of them. The whole of an episode is in its finding's row. */
export class EpisodeTable {
  readonly kinds = new KindPool();
  readonly findings: FindingTable;
  /** Row of the finding; NONE: the row is free. */
  finding = new Uint32Array(1024);
  /** The finding's next episode. */
  next = new Uint32Array(1024);
  seq = new Uint32Array(1024);
  kind = new Uint32Array(1024);
  flags = new Uint32Array(1024);
  /** Epoch ms; 0: there is none. */
  readonly times = filled(1024);
  readonly more = new Map<number, More>();
  /** Rows in use, and free ones among them. */
  count = 0;
  #free = NONE;

  constructor(findings: FindingTable) {
    this.findings = findings;
  }

  row(row: number): EpisodeRow {
    return new EpisodeRow(this, row);
  }

  /** The finding's episodes in place of those that begin at `first`; answers where they begin now. */
  put(finding: number, first: number, episodes: readonly Episode[]): number {
    let begin = NONE;
    let before = NONE;
    let row = first;
    for (const episode of episodes) {
      const rest = row === NONE ? NONE : (this.next[row] as number);
      if (row === NONE) row = this.#take();
      this.finding[row] = finding;
      this.#fill(row, episode);
      if (before === NONE) begin = row;
      else this.next[before] = row;
      before = row;
      row = rest;
    }
    if (before !== NONE) this.next[before] = NONE;
    while (row !== NONE) row = this.#release(row);
    return begin;
  }

  /** The row and those that follow it: a finding's episodes from its first on. */
  from(first: number): EpisodeRow[] {
    const rows: EpisodeRow[] = [];
    for (let row = first; row !== NONE; row = this.next[row] as number) rows.push(this.row(row));
    return rows;
  }

  /** The one of that number, among those of the finding whose first this is. */
  find(first: number, seq: number): EpisodeRow | undefined {
    let row = first;
    while (row !== NONE && this.seq[row] !== seq) row = this.next[row] as number;
    return row === NONE ? undefined : this.row(row);
  }

  /** Those that are not closed. */
  *open(): Generator<EpisodeRow> {
    for (let row = 0; row < this.count; row++)
      if (this.finding[row] !== NONE && FIELDS.state.of(this.flags[row] as number) !== 'closed') yield this.row(row);
  }

  /** Those of exercises, or all others. */
  views(exercise: boolean): RowViews<EpisodeView> {
    return new RowViews(allRows(this.count), (row) => {
      const isIn = this.finding[row] !== NONE && FIELDS.exercise.of(this.flags[row] as number) === exercise;
      return isIn ? this.row(row).view : null;
    });
  }

  #fill(row: number, episode: Episode): void {
    const { clocks } = episode;
    this.seq[row] = episode.seq;
    this.kind[row] = this.kinds.numberOf(episode);
    for (const name of TIMED) {
      const atMs = clocks[name]?.atMs ?? 0;
      // A clock that no source has takes no memory.
      if (this.times[name][row] !== atMs) this.times[name][row] = atMs;
    }
    const more = moreOf(episode);
    if (more) this.more.set(row, more);
    else this.more.delete(row);
    this.flags[row] =
      FIELDS.state.bits(episode.state) |
      FIELDS.closeReason.bits(episode.closeReason) |
      FIELDS.trigger.bits(episode.trigger) |
      FIELDS.verdict.bits(episode.verdict) |
      FIELDS.severity.bits(episode.severity) |
      FIELDS.strictestSeverity.bits(episode.strictestSeverity) |
      FIELDS.isBaseline.bits(episode.cohort === 'baseline') |
      FIELDS.isBackfill.bits(episode.origin === 'backfill') |
      FIELDS.exercise.bits(episode.exercise) |
      FIELDS.durable.bits(episode.durable) |
      FIELDS.detectorSuppressed.bits(episode.detectorSuppressed) |
      (more ? HAS_MORE : 0) |
      FIELDS.changePrecision.bits(clocks.t_change?.precision ?? 'exact') |
      FIELDS.alertPrecision.bits(clocks.t_alert?.precision ?? 'exact');
  }

  #take(): number {
    const row = this.#free;
    if (row !== NONE) {
      this.#free = this.next[row] as number;
      return row;
    }
    if (this.count === this.flags.length) this.#grow();
    return this.count++;
  }

  #release(row: number): number {
    const next = this.next[row] as number;
    this.finding[row] = NONE;
    this.more.delete(row);
    this.next[row] = this.#free;
    this.#free = row;
    return next;
  }

  #grow(): void {
    const length = grown(this.count);
    this.finding = resized(this.finding, length);
    this.next = resized(this.next, length);
    this.seq = resized(this.seq, length);
    this.kind = resized(this.kind, length);
    this.flags = resized(this.flags, length);
    for (const name of TIMED) this.times[name] = resized(this.times[name], length);
  }
}

function filled(length: number): Record<Timed, Float64Array> {
  return Object.fromEntries(TIMED.map((name) => [name, new Float64Array(length)])) as Record<Timed, Float64Array>;
}
