import type {
  AssetContext,
  AssetObservation,
  AssetRef,
  ChangeObservation,
  Fact,
  FindingObservation,
  LedgerStore,
  ScanObservation,
} from '@cnapp-slo/model';
import { type AbsenceSources, absentFrom, lateAbsence } from './absence.ts';
import { type AssetState, mentionsOf, mergeAsset } from './asset-state.ts';
import { type Estate, listKey } from './estate.ts';
import { assetKey, scopeKey, scopeOf, subjectsOf } from './facts.ts';
import { advance, type FindingState, foldFinding } from './finding-state.ts';
import { addTo } from './keyed.ts';
import { RecordDraft } from './records.ts';

export interface ChangedFinding {
  id: string;
  before: FindingState | undefined;
  after: FindingState;
}

/**
 * One transaction's effect on the estate, kept aside until the store has committed it: `take` every fact, then
 * `finish`, then (after the commit) `apply`. A draft that is thrown away leaves no trace.
 */
export class Draft {
  readonly #estate: Estate;
  readonly #store: LedgerStore;
  readonly #canCause: (finding: FindingObservation, change: ChangeObservation) => boolean;
  readonly #findings = new Map<string, FindingState>();
  /** As the estate has them. */
  readonly #known = new Map<string, FindingState | undefined>();
  readonly #assets = new Map<string, AssetState>();
  readonly #records: RecordDraft;
  readonly #scopeFirst = new Map<string, number>();
  readonly #scopesOf = new Map<string, Set<string>>();
  readonly #toFold = new Set<string>();
  readonly #subjectCache = new Map<string, Fact[]>();
  /** Findings that nobody had heard of → all their facts, which this draft took; null: the store is to be asked. */
  readonly #fresh = new Map<string, Fact[] | null>();
  /** Subjects that this draft gave facts. */
  readonly #newSubjects = new Set<string>();
  /** Findings of this draft that the estate's indexes do not know yet. */
  readonly #newByAsset = new Map<string, Set<string>>();
  readonly #newByScope = new Map<string, Set<string>>();
  /** Inventories of this draft: complete runs, what they listed, and assets that the estate's index of scopes does not know yet. */
  readonly #runs: Fact<ScanObservation>[] = [];
  readonly #listings: Fact<AssetObservation>[] = [];
  readonly #newListed = new Map<string, Set<string>>();

  constructor(
    estate: Estate,
    store: LedgerStore,
    canCause: (finding: FindingObservation, change: ChangeObservation) => boolean,
  ) {
    this.#estate = estate;
    this.#store = store;
    this.#canCause = canCause;
    this.#records = new RecordDraft(estate.records);
  }

  /** Appends a fact to the ledger and notes what it touches. False: known already, nothing changes. */
  take(fact: Fact): boolean {
    const subjects = subjectsOf(fact.tenant, fact.body);
    // Where a finding is among the subjects, it is the first.
    const isFirst = this.#isUnheardOf(subjects[0]);
    const outcome = this.#store.appendFact(fact, subjects, isFirst);
    if (outcome === 'known') return false;
    if (outcome === 'new') this.#records.note(fact);
    for (const subject of subjects) this.#keepFresh(subject, outcome === 'new' ? fact : null, isFirst);
    this.#touch(fact, subjects, outcome === 'new');
    return true;
  }

  /** Notes what a fact touches that the ledger holds already and the stored read models lack. */
  retake(fact: Fact): void {
    const subjects = subjectsOf(fact.tenant, fact.body);
    for (const subject of subjects) this.#keepFresh(subject, null, false);
    this.#touch(fact, subjects, false);
  }

  /** `fact` null: what the store holds of the subject is not what this draft took. */
  #keepFresh(subject: string, fact: Fact | null, isFirst: boolean): void {
    if (!isFinding(subject)) return;
    const facts = this.#fresh.get(subject);
    if (facts === undefined) {
      this.#fresh.set(subject, fact && isFirst ? [fact] : null);
    } else if (fact === null) this.#fresh.set(subject, null);
    else facts?.push(fact);
  }

  /** Before this draft the ledger had no fact about it. */
  #isUnheardOf(subject: string | undefined): boolean {
    if (subject === undefined) return false;
    if (isFinding(subject) && this.#estate.findings.has(subject)) return false;
    return (isFinding(subject) || hasIndexedFacts(subject)) && !this.#estate.subjectsWithFacts.has(subject);
  }

  #touch(fact: Fact, subjects: readonly string[], isNew: boolean): void {
    const { body, tenant } = fact;
    for (const subject of subjects) this.#newSubjects.add(subject);
    for (const { ref, context } of mentionsOf(fact)) this.#seeAsset(fact, ref, context);
    switch (body.kind) {
      case 'finding':
        this.#takeVerdict(fact as Fact<FindingObservation>, subjects[0] as string, isNew);
        break;
      case 'change':
        for (const asset of body.assets) {
          for (const id of this.#idsOf('byAsset', assetKey(tenant, asset.id))) this.#touchIfCapable(id, body);
        }
        break;
      case 'asset':
        if (body.listed) {
          this.#listings.push(fact as Fact<AssetObservation>);
          addTo(this.#newListed, listKey(tenant, body.listed.scope), assetKey(tenant, body.asset.id));
        }
        // A sight changes nothing in a finding; a deletion, a return after one and an autoscaler's bounds may.
        if (
          body.state === 'deleted' ||
          body.context?.scaleBounds !== undefined ||
          this.#assetState(assetKey(tenant, body.asset.id))?.deletedMs != null
        ) {
          for (const id of this.#idsOf('byAsset', assetKey(tenant, body.asset.id))) this.#toFold.add(id);
        }
        break;
      case 'scan':
        if (body.complete) this.#runs.push(fact as Fact<ScanObservation>);
        if (body.complete && body.absenceCloses) {
          for (const id of this.#idsOf('byScope', scopeKey(tenant, body.detector, body.scope))) this.#toFold.add(id);
        }
        this.#noteScope(scopeKey(tenant, body.detector, body.scope), fact.atMs);
        break;
      default:
        for (const subject of subjects) if (this.#finding(subject)) this.#toFold.add(subject);
    }
  }

  /** Folds what was touched, and writes the records, inside the caller's transaction. */
  finish(): ChangedFinding[] {
    this.#takeAbsences();
    for (const id of this.#toFold) this.#findings.set(id, this.#fold(id));
    const changed: ChangedFinding[] = [];
    for (const [id, after] of this.#findings) changed.push({ id, before: this.#before(id), after });
    this.#records.save(this.#store);
    return changed;
  }

  /** After the commit: what was drafted becomes the estate. */
  apply(): void {
    for (const [key, state] of this.#assets) this.#estate.setAsset(key, state);
    for (const [key, firstMs] of this.#scopeFirst) this.#estate.setScopeFirst(key, firstMs);
    for (const [id, state] of this.#findings) this.#estate.setFinding(id, state);
    for (const subject of this.#newSubjects)
      if (hasIndexedFacts(subject) || (isFinding(subject) && !this.#estate.findings.has(subject)))
        this.#estate.subjectsWithFacts.add(subject);
    const recorded = this.#records.apply();
    if (recorded || this.#findings.size > 0 || this.#assets.size > 0) this.#estate.changed();
  }

  #takeVerdict(fact: Fact<FindingObservation>, id: string, isNew: boolean): void {
    const { body, tenant } = fact;
    const scope = scopeKey(tenant, body.detector, scopeOf(body));
    this.#noteScope(scope, fact.atMs);
    const asset = assetKey(tenant, body.asset.id);
    const known = this.#finding(id);
    const scopes = this.#scopesOf.get(id) ?? new Set(known?.scopes);
    const scopeKnown = scopes.has(scope);
    scopes.add(scope);
    this.#scopesOf.set(id, scopes);
    if (!known) {
      addTo(this.#newByAsset, asset, id);
      addTo(this.#newByScope, scope, id);
    }
    // Snapshot scans decide by what they lack, and a deleted asset cuts what follows: only plain repeats need no fold.
    const isPlain = isNew && scopeKnown && body.scanId === undefined && !this.#toFold.has(id);
    const next = known && isPlain && this.#assetState(asset)?.deletedMs === null ? advance(known, fact) : null;
    if (next) this.#findings.set(id, next);
    else this.#toFold.add(id);
  }

  /** What inventories prove by what they lack, as facts of their own. */
  #takeAbsences(): void {
    const sources = (tenant: string): AbsenceSources => ({
      listedIn: (scope) => this.#listedIn(listKey(tenant, scope)),
      factsOf: (subject) => this.#store.factsOf(subject),
    });
    for (const run of this.#runs) for (const fact of absentFrom(run, sources(run.tenant))) this.take(fact);
    for (const listing of this.#listings) {
      const { tenant, body } = listing;
      const scope = scopeKey(tenant, listing.source.format, body.listed?.scope ?? '');
      const lastCompleteMs = this.#estate.records.scope(scope)?.lastCompleteMs ?? Number.NEGATIVE_INFINITY;
      const key = assetKey(tenant, body.asset.id);
      const state = this.#assetState(key);
      if (!state || lastCompleteMs <= (body.listed?.atMs ?? 0)) continue;
      const fact = lateAbsence(listing, state, key, this.#store.factsOf(scope), sources(tenant));
      if (fact) this.take(fact);
    }
  }

  *#listedIn(key: string): Generator<[string, AssetState]> {
    for (const asset of new Set([...(this.#estate.listedIn.get(key) ?? []), ...(this.#newListed.get(key) ?? [])])) {
      const state = this.#assetState(asset);
      if (state) yield [asset, state];
    }
  }

  #touchIfCapable(id: string, change: ChangeObservation): void {
    const finding = this.#finding(id)?.finding;
    if (!finding || this.#toFold.has(id)) return;
    const asked = { ...finding, kind: 'finding', verdict: 'fail', atMs: 0 } as unknown as FindingObservation;
    if (this.#canCause(asked, change)) this.#toFold.add(id);
  }

  #fold(id: string): FindingState {
    const own = this.#factsOf(id);
    const verdict = own.find((fact) => fact.body.kind === 'finding') as Fact<FindingObservation> | undefined;
    if (!verdict) throw new Error(`finding ${id} has no verdict in the ledger`);
    const scopes = new Set(this.#scopesOf.get(id) ?? this.#finding(id)?.scopes);
    const firsts = [...scopes].map((scope) => this.#scopeFirstOf(scope)).filter((ms) => ms !== undefined);
    return foldFinding(
      id,
      {
        own,
        ofAsset: this.#factsOf(assetKey(verdict.tenant, verdict.body.asset.id)),
        ofScopes: [...scopes].flatMap((scope) => this.#factsOf(scope)),
        scopes: [...scopes],
        scopeFirstMs: firsts.length > 0 ? Math.min(...firsts) : null,
      },
      this.#canCause,
      this.#estate.policy,
    );
  }

  /** An earlier beginning of a scope changes what counts as its first snapshot. */
  #noteScope(scope: string, atMs: number): void {
    const known = this.#scopeFirstOf(scope);
    if (known !== undefined && known <= atMs) return;
    this.#scopeFirst.set(scope, atMs);
    if (known !== undefined) for (const id of this.#idsOf('byScope', scope)) this.#toFold.add(id);
  }

  #seeAsset(fact: Fact, ref: AssetRef, context: AssetContext | undefined): void {
    const key = assetKey(fact.tenant, ref.id);
    this.#assets.set(key, mergeAsset(this.#assetState(key), fact, ref, context));
  }

  #assetState(key: string): AssetState | undefined {
    return this.#assets.get(key) ?? this.#estate.assets.get(key);
  }

  #finding(id: string): FindingState | undefined {
    return this.#findings.get(id) ?? this.#before(id);
  }

  /** Read once: the estate gives a copy each time. */
  #before(id: string): FindingState | undefined {
    let state = this.#known.get(id);
    if (state === undefined && !this.#known.has(id)) {
      state = this.#estate.findings.get(id);
      this.#known.set(id, state);
    }
    return state;
  }

  #scopeFirstOf(scope: string): number | undefined {
    return this.#scopeFirst.get(scope) ?? this.#estate.scopeFirst.get(scope);
  }

  #idsOf(index: 'byAsset' | 'byScope', key: string): string[] {
    const { findings } = this.#estate;
    if (index === 'byScope') return [...findings.inScope(key), ...(this.#newByScope.get(key) ?? [])];
    return [...findings.onAsset(key).map(({ id }) => id), ...(this.#newByAsset.get(key) ?? [])];
  }

  /** Reads each subject once, in `finish`, when every fact of the draft has been appended. */
  #factsOf(subject: string): Fact[] {
    const isKnownEmpty =
      hasIndexedFacts(subject) && !this.#estate.subjectsWithFacts.has(subject) && !this.#newSubjects.has(subject);
    if (isKnownEmpty) return [];
    const fresh = this.#fresh.get(subject);
    if (fresh) return fresh;
    let facts = this.#subjectCache.get(subject);
    if (!facts) {
      facts = this.#store.factsOf(subject);
      this.#subjectCache.set(subject, facts);
    }
    return facts;
  }
}

function isFinding(subject: string): boolean {
  return subject.startsWith('f_');
}

/** Assets and scopes: of them the estate knows whether there is anything to read. */
function hasIndexedFacts(subject: string): boolean {
  return subject.startsWith('a:') || subject.startsWith('s:');
}
