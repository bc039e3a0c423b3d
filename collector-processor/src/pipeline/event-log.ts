import type { SloEvent } from '@cnapp-slo/model';
import { NumberList, timeList } from '../packed/number-list.ts';
import type { EpisodeRow } from './episode-row.ts';
import type { FindingTable } from './finding-table.ts';

type Findings = Pick<FindingTable, 'rowOf' | 'idOf' | 'episodeOf'>;
/** What many events have in common. */
export type Kind = Pick<SloEvent, 'tenant' | 'sli' | 'outcome'>;

/** `<finding id>.<seq>`, as long as the number stays what it was. */
const EPISODE_ID = /^(.*)\.([1-9][0-9]{0,8})$/;
/** In place of an episode's number: the event is about something else. */
const NO_EPISODE = 0;
const FREE = 0xffffffff;

/** What was announced to alerting, in order of decision: some 30 bytes an event. An event is called by its place. It only grows at its end. */
export class EventLog {
  readonly #findings: Findings;
  readonly #decidedMs = timeList();
  readonly #kind = new NumberList(new Uint32Array(0));
  /** Row of the finding; of what is no episode of a known finding, the place of its id. */
  readonly #subject = new NumberList(new Uint32Array(0));
  readonly #seq = new NumberList(new Uint32Array(0));
  readonly #kinds: Kind[] = [];
  readonly #kindOf = new Map<string, number>();
  readonly #ids: string[] = [];
  readonly #idOf = new Map<string, number>();
  /** Open addressing by SLI and subject: a place, or FREE. */
  #slots = new Uint32Array(1024).fill(FREE);

  constructor(findings: Findings) {
    this.#findings = findings;
  }

  get length(): number {
    return this.#kind.length;
  }

  at(place: number): SloEvent {
    return { ...this.kindAt(place), episodeId: this.idAt(place), decidedMs: this.decidedMsAt(place) };
  }

  *[Symbol.iterator](): Generator<SloEvent> {
    for (let place = 0; place < this.length; place += 1) yield this.at(place);
  }

  decidedMsAt(place: number): number {
    return this.#decidedMs.at(place);
  }

  kindAt(place: number): Kind {
    return this.#kinds[this.#kind.at(place)] as Kind;
  }

  /** Of the episode, or of the change, digest or group. */
  idAt(place: number): string {
    const seq = this.#seq.at(place);
    const subject = this.#subject.at(place);
    return seq === NO_EPISODE ? (this.#ids[subject] as string) : `${this.#findings.idOf(subject)}.${seq}`;
  }

  /** Undefined: it is about no episode, or one that is there no more. */
  episodeAt(place: number): EpisodeRow | undefined {
    const seq = this.#seq.at(place);
    return seq === NO_EPISODE ? undefined : this.#findings.episodeOf(this.#subject.at(place), seq);
  }

  /** The first place that was decided at or after `fromMs`. */
  firstFrom(fromMs: number): number {
    return this.#decidedMs.firstFrom(fromMs);
  }

  /** Whether the SLI has announced the episode or member. */
  has(sli: string, id: string): boolean {
    const [row, seq] = this.#episodeOf(id);
    if (seq !== NO_EPISODE) return this.hasEpisode(sli, row, seq);
    const other = this.#idOf.get(id);
    return other !== undefined && this.hasEpisode(sli, other, NO_EPISODE);
  }

  /** The same of an episode by the row of its finding. */
  hasEpisode(sli: string, row: number, seq: number): boolean {
    return this.#slots[this.#slotOf(sli, row, seq)] !== FREE;
  }

  push({ tenant, sli, outcome, episodeId, decidedMs }: SloEvent): void {
    let [subject, seq] = this.#episodeOf(episodeId);
    if (seq === NO_EPISODE) subject = this.#numberOf(episodeId);
    const place = this.length;
    this.#kind.push(this.#kindNumber({ tenant, sli, outcome }));
    this.#subject.push(subject);
    this.#seq.push(seq);
    this.#decidedMs.push(decidedMs);
    this.#slots[this.#slotOf(sli, subject, seq)] = place;
    if (3 * this.length > 2 * this.#slots.length) this.#rehash();
  }

  #episodeOf(id: string): [row: number, seq: number] {
    const [, finding = '', seq = ''] = EPISODE_ID.exec(id) ?? [];
    const row = finding === '' ? -1 : this.#findings.rowOf(finding);
    return row < 0 ? [0, NO_EPISODE] : [row, Number(seq)];
  }

  #numberOf(id: string): number {
    const known = this.#idOf.get(id);
    if (known !== undefined) return known;
    this.#idOf.set(id, this.#ids.length);
    return this.#ids.push(id) - 1;
  }

  #kindNumber(kind: Kind): number {
    const key = `${kind.tenant}\n${kind.sli}\n${kind.outcome}`;
    const known = this.#kindOf.get(key);
    if (known !== undefined) return known;
    this.#kindOf.set(key, this.#kinds.length);
    return this.#kinds.push(kind) - 1;
  }

  /** Where the SLI's event about it is, or would be. */
  #slotOf(sli: string, subject: number, seq: number): number {
    const mask = this.#slots.length - 1;
    let slot = Math.imul(subject ^ Math.imul(seq + sli.length, 0x85ebca6b), 0x9e3779b1) >>> 0;
    for (slot = (slot ^ (slot >>> 15)) & mask; ; slot = (slot + 1) & mask) {
      const place = this.#slots[slot] as number;
      if (place === FREE) return slot;
      const isIt = this.#subject.at(place) === subject && this.#seq.at(place) === seq;
      if (isIt && this.kindAt(place).sli === sli) return slot;
    }
  }

  #rehash(): void {
    this.#slots = new Uint32Array(2 * this.#slots.length).fill(FREE);
    for (let place = 0; place < this.length; place += 1)
      this.#slots[this.#slotOf(this.kindAt(place).sli, this.#subject.at(place), this.#seq.at(place))] = place;
  }
}
