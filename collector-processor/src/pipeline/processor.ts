import type {
  Asset,
  ChangeObservation,
  Declaration,
  DeclarationSink,
  Episode,
  EpisodePolicy,
  Fact,
  FindingObservation,
  InputSink,
  IntakeResult,
  LedgerStore,
  NowMs,
  PersonInput,
  SliPolicy,
  SloEvent,
} from '@cnapp-slo/model';
import { DEFAULT_SLI_POLICY, isExerciseTenant } from '@cnapp-slo/model';
import { stageOf } from '../correlation/incident-group.ts';
import { withLineage } from '../correlation/lineage.ts';
import type { ProcessorTelemetry } from '../telemetry/processor-telemetry.ts';
import { type ChangedFinding, Draft } from './draft.ts';
import { Estate, type EstateRules } from './estate.ts';
import { changeFactId, factOf, findingOfSubject, incidentIdOf } from './facts.ts';
import { SloEvents } from './slo-events.ts';
import { SourceBook } from './source-book.ts';
import { Feed, transitionsOf } from './transitions.ts';
import { type WriteRequest, Writer } from './writer.ts';

export interface ProcessorSettings {
  store: LedgerStore;
  policy: EpisodePolicy;
  /** What the operator set for the SLIs. Unset: the defaults of SLI-DEFINITIONS. */
  sliPolicy?: SliPolicy;
  canCause: (finding: FindingObservation, change: ChangeObservation) => boolean;
  /** What is said of assets and findings beyond their facts. Unset: nothing. */
  rules?: EstateRules;
  now: NowMs;
  maxQueuedBytes: number;
  telemetry: ProcessorTelemetry;
  /** A defect of ours: for the log. Never called for bad input. */
  failed: (what: string, error: unknown) => void;
}

/** What a delivery came to: facts to keep, and what to note about their sources. */
export interface Prepared {
  facts: readonly Fact[];
  bytes: number;
  accepted: IntakeResult;
  noteSources: (book: SourceBook) => void;
  /** What else is stored in the same transaction. */
  also?: (() => void) | undefined;
  offset?: { topic: string; partition: number; next: string } | undefined;
}

/** How often members are looked at; they settle in an hour. */
const SETTLE_EVERY_MS = 60_000;
/** How often the seconds of resources are added up: it looks at every asset. */
const MEASURE_EVERY_MS = 15_000;
/** Read models are stored when a start after a crash would have this many facts to fold again, or after this long: what changed twice is written once. */
const CHECKPOINT_FACTS = 25_000;
const CHECKPOINT_EVERY_MS = 60_000;
/** Folded together at a start, so that a long ledger needs no more memory than a short one. */
const FACTS_AT_A_TIME = 5000;

/** Facts in, state and announcements out: one writer over one store. */
export class Processor implements InputSink, DeclarationSink {
  readonly estate: Estate;
  readonly sources: SourceBook;
  readonly events: SloEvents;
  readonly feed: Feed;
  readonly store: LedgerStore;
  readonly sliPolicy: SliPolicy;
  readonly #settings: ProcessorSettings;
  readonly #writer: Writer;
  #decided: SloEvent[] = [];
  #settledMs = Number.NEGATIVE_INFINITY;
  #measuredMs = Number.NEGATIVE_INFINITY;
  #checkpointMs = Number.NEGATIVE_INFINITY;
  /** Facts of the ledger that the stored read models lack. */
  #ahead = 0;

  constructor(settings: ProcessorSettings) {
    this.#settings = settings;
    this.store = settings.store;
    this.estate = Estate.load(settings.store, settings.policy, settings.rules);
    this.#catchUp();
    this.sources = SourceBook.load(settings.store);
    this.sliPolicy = settings.sliPolicy ?? DEFAULT_SLI_POLICY;
    this.events = new SloEvents(settings.store, {
      policy: this.sliPolicy,
      findings: this.estate.findings,
      assetOf: (finding) => this.estate.assetOf({ finding }),
    });
    this.feed = new Feed((error) => settings.failed('transition listener', error));
    this.#writer = new Writer(
      {
        commit: (requests) => this.#commit(requests),
        committed: (changed) => this.#committed(changed),
        poisoned: (_request, error) => settings.failed('commit', error),
      },
      settings.maxQueuedBytes,
    );
    // Deadlines that were running when the process stopped.
    settings.store.transaction(() => {
      this.events.keep(this.events.decide(this.estate.findings.rows(), settings.now()));
    });
  }

  get canCause(): ProcessorSettings['canCause'] {
    return this.#settings.canCause;
  }

  get queuedBytes(): number {
    return this.#writer.queuedBytes;
  }

  /** Why the store cannot commit; null when it can. */
  get failure(): string | null {
    return this.#writer.failure;
  }

  submit(prepared: Prepared): Promise<IntakeResult> {
    return new Promise((done) => {
      this.#writer.submit({
        facts: prepared.facts,
        bytes: prepared.bytes,
        accepted: prepared.accepted,
        also: () => {
          prepared.noteSources(this.sources);
          const offset = prepared.offset;
          if (offset) this.store.saveOffset(offset.topic, offset.partition, offset.next);
          prepared.also?.();
        },
        done,
      });
    });
  }

  /** What is said of an incident is said of each of its members. `also` stores what belongs to the input, in its transaction. */
  async record(
    input: PersonInput,
    tenant: string,
    also?: () => void,
  ): Promise<{ status: 'accepted'; factId: string } | { status: 'unknown_subject' }> {
    const findingId = findingOfSubject(input.subjectId);
    const state = findingId === null ? undefined : this.estate.findings.get(findingId);
    if (!state || state.finding.tenant !== tenant) return { status: 'unknown_subject' };
    return { status: 'accepted', factId: await this.#tell(this.#ofMembers(input), tenant, also) };
  }

  /** The one that gave the incident its id first. What told people of the incident told them of all its members together: one alert. */
  #ofMembers(input: PersonInput): PersonInput[] {
    const episode = input.subjectId.startsWith('i_') ? this.episode(input.subjectId) : undefined;
    const [lead, ...others] = (episode && this.estate.incidents.of(episode)?.members) ?? [];
    if (!lead || others.length === 0) return [input];
    const group = input.kind === 'alert' ? { group: input.group ?? incidentIdOf(lead.episode.id) } : {};
    // An attack is contained; the weakness that it used is still there.
    const isMeant = (one: Episode): boolean =>
      input.kind !== 'action' || input.action !== 'contained' || stageOf(one.detectorClass) === 'attack';
    const ids = [lead, ...others]
      .filter((member) => isMeant(member.episode))
      .map((member) => incidentIdOf(member.episode.id));
    return (ids.length > 0 ? ids : [input.subjectId]).map((subjectId) => ({ ...input, ...group, subjectId }));
  }

  /** A declared incident or a planned exercise; it needs no subject. Durable when it resolves. Answers the fact's id. */
  declare(declaration: Declaration, tenant: string): Promise<string> {
    return this.#tell([declaration], tenant);
  }

  /** Answers the first one's fact id. */
  async #tell(bodies: readonly (PersonInput | Declaration)[], tenant: string, also?: () => void): Promise<string> {
    const facts = bodies.map((body) =>
      factOf(body, {
        tenant,
        recvMs: this.#settings.now(),
        backfill: false,
        exercise: body.kind === 'exercise' || isExerciseTenant(tenant),
        source: { id: `api/${body.kind}`, format: 'api', scope: body.kind },
      }),
    );
    const result = await this.submit({
      facts,
      bytes: 0,
      accepted: { status: 'accepted', records: 1, rejected: 0 },
      noteSources: () => {},
      also,
    });
    if (result.status !== 'accepted') throw new Error(`input not stored: ${result.code}`);
    return facts[0]?.id ?? '';
  }

  /** Takes what the ledger has and the stored read models lack: the work of a process that was killed. */
  #catchUp(): void {
    let seq = Estate.storedSeq(this.store);
    const lastSeq = this.store.lastSeq();
    while (seq < lastSeq) {
      const draft = new Draft(this.estate, this.store, this.#settings.canCause);
      const untilSeq = Math.min(seq + FACTS_AT_A_TIME, lastSeq);
      for (const fact of this.store.factsAfter(seq, untilSeq)) draft.retake(fact);
      this.store.transaction(() => draft.finish());
      draft.apply();
      seq = untilSeq;
    }
    this.#checkpoint();
  }

  /** Stores the read models as they are, so that the next start need not fold them again. */
  #checkpoint(): void {
    if (this.estate.unsavedCount === 0) return;
    this.store.transaction(() => this.estate.checkpoint(this.store));
    this.estate.saved();
    this.#ahead = 0;
  }

  /** What time alone decides: deadlines that pass, seconds that are measured, members that settle. Call every few seconds. */
  tick(): void {
    const now = this.#settings.now();
    try {
      const isTimeToSettle = now - this.#settledMs >= SETTLE_EVERY_MS;
      if (isTimeToSettle) this.#settledMs = now;
      const isTimeToMeasure = now - this.#measuredMs >= MEASURE_EVERY_MS;
      if (isTimeToMeasure) this.#measuredMs = now;
      const facts = this.estate.facts();
      const events = this.store.transaction(() => {
        if (isTimeToMeasure) this.events.measure(facts, now);
        return [...this.events.overdue(now), ...(isTimeToSettle ? this.events.settled(facts, now) : [])];
      });
      this.events.keep(events);
      if (events.length > 0) this.estate.changed();
      if (this.#ahead < CHECKPOINT_FACTS && now - this.#checkpointMs < CHECKPOINT_EVERY_MS) return;
      this.#checkpointMs = now;
      this.#checkpoint();
    } catch (error) {
      this.#settings.failed('tick', error);
    }
  }

  episode(id: string): Episode | undefined {
    const findingId = findingOfSubject(id);
    return findingId === null
      ? undefined
      : this.estate.findings.get(findingId)?.episodes.find((episode) => episode.id === `f_${id.slice(2)}`);
  }

  /** A change, with the pipeline run and commit it is known to come from. */
  change(tenant: string, nativeId: string): ChangeObservation | undefined {
    const id = changeFactId(tenant, nativeId);
    const body = this.store.fact(id, id)?.body;
    return body?.kind === 'change' ? this.#withLineage(tenant, body) : undefined;
  }

  async stop(): Promise<void> {
    await this.#writer.drain();
    try {
      this.#checkpoint();
    } catch (error) {
      this.#settings.failed('checkpoint', error); // the next start folds instead
    }
    this.store.close();
  }

  #withLineage(tenant: string, change: ChangeObservation): ChangeObservation {
    return withLineage(tenant, change, (subject) =>
      this.store.factsOf(subject).flatMap(({ body }) => (body.kind === 'change' ? [body] : [])),
    );
  }

  #commit(requests: readonly WriteRequest[]): ChangedFinding[] {
    const draft = new Draft(this.estate, this.store, this.#settings.canCause);
    const now = this.#settings.now();
    const startedMs = performance.now();
    const facts = requests.reduce((sum, request) => sum + request.facts.length, 0);
    const told = (outcome: 'committed' | 'failed'): void =>
      this.#settings.telemetry.commit(outcome, (performance.now() - startedMs) / 1000, facts);
    let added = 0;
    try {
      const changed = this.store.transaction(() => {
        for (const request of requests) {
          for (const fact of request.facts) if (draft.take(fact)) added += 1;
          request.also?.();
        }
        const findings = draft.finish();
        this.#decided = this.events.decide(
          findings.map(({ after }) => after),
          now,
        );
        this.sources.save(this.store);
        return findings;
      });
      draft.apply();
      this.sources.apply();
      told('committed');
      this.#ahead += added;
      if (added > 0) this.#settings.telemetry.records('added', added);
      if (facts > added) this.#settings.telemetry.records('duplicate', facts - added);
      return changed;
    } catch (error) {
      this.sources.discard();
      told('failed');
      throw error;
    }
  }

  #committed(changed: readonly ChangedFinding[]): void {
    this.events.keep(this.#decided);
    const assetOf = (one: ChangedFinding): Asset | undefined => this.estate.assetOf(one.after);
    const changeOf = (tenant: string, id: string): ChangeObservation | undefined => this.change(tenant, id);
    const now = this.#settings.now();
    this.feed.announce(changed.flatMap((one) => transitionsOf(one, assetOf, changeOf, now)));
  }
}
