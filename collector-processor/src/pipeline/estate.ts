import type { Asset, DriftSegment, DriftView, EpisodePolicy, Finding, LedgerStore, SliFacts } from '@cnapp-slo/model';
import type { Dictionary, DictionaryMark } from '../packed/packer.ts';
import { TextFilter } from '../packed/text-filter.ts';
import type { Suppression } from '../policy/engine/policy-book.ts';
import { isOwnerSource, ownerOf } from '../policy/owners/owners.ts';
import { type AssetState, DEFAULT_CRITICALITY, isSameRef, UNOWNED } from './asset-state.ts';
import { AssetTable } from './asset-table.ts';
import { factsOf } from './estate-facts.ts';
import { assetKey } from './facts.ts';
import type { FindingState } from './finding-state.ts';
import { FindingTable } from './finding-table.ts';
import { Incidents } from './incidents.ts';
import { addTo, byKey } from './keyed.ts';
import { Records } from './records.ts';
import { Sharing } from './sharing.ts';

const STORED_SEQ = 'stored_seq';

/** What is said of assets and findings beyond their facts. */
export interface EstateRules {
  /** What no source says of the asset; the asset itself where there is nothing to add. */
  describe(asset: Asset): Asset;
  /** Nobody is to be told of the finding; null: people are. */
  suppression(finding: Finding, asset: Asset | undefined): Suppression | null;
  /** By what, and until when, a difference is no drift; null: it is. */
  ignored(finding: Finding, asset: Asset | undefined): Suppression | null;
  /** Words that the finding is given. */
  labels(finding: Finding, asset: Asset | undefined): string[];
}

export const NO_RULES: EstateRules = {
  describe: (asset) => asset,
  suppression: () => null,
  ignored: () => null,
  labels: () => [],
};

/** The asset with what owners' files and rules say of it where no source does; `lookUp` finds repositories and components. */
export function describe(told: Asset, rules: EstateRules, lookUp: (assetId: string) => Asset | undefined): Asset {
  let asset = told;
  if (told.criticalityReason !== undefined || told.teamReason !== undefined) {
    const { criticalityReason: _criticality, teamReason: _team, ...rest } = told;
    const { owner = UNOWNED, criticality = DEFAULT_CRITICALITY } = told.context;
    asset = { ...rest, team: owner, criticality };
  }
  const owner = asset.context.owner === undefined ? ownerOf(asset, lookUp) : null;
  if (owner) asset = { ...asset, team: owner.team, teamReason: owner.reason };
  return rules.describe(asset);
}

/** What drifted before the rule expires is expected by it; what stands beyond is cut there. */
function ignoredUntil(segments: readonly DriftSegment[], { policy, expiresMs }: Suppression): DriftSegment[] {
  return segments.flatMap((segment) => {
    if (segment.state !== 'drift' || segment.fromMs >= expiresMs) return [segment];
    const hidden: DriftSegment = { ...segment, toMs: Math.min(segment.toMs, expiresMs), state: 'expected' };
    const rest = segment.toMs > expiresMs ? [{ ...segment, fromMs: expiresMs }] : [];
    return [{ ...hidden, reason: `ignored:${policy}` }, ...rest];
  });
}

function isSame(a: Asset, b: Asset): boolean {
  return (
    a.team === b.team &&
    a.criticality === b.criticality &&
    a.teamReason === b.teamReason &&
    a.criticalityReason === b.criticalityReason
  );
}

/** The read models in memory, as the last commit left them. Written only by `Draft.apply`. */
export class Estate {
  readonly assets: AssetTable = new AssetTable();
  readonly findings: FindingTable = new FindingTable(this.assets);
  readonly scopeFirst = new Map<string, number>();
  readonly records: Records;
  /** Inventory scope (`listKey`) → keys of the assets that its runs ever listed. */
  readonly listedIn = new Map<string, Set<string>>();
  /** Assets, scopes and findings without any verdict, of which there are facts in the ledger: of the others there are none. */
  readonly subjectsWithFacts = new TextFilter();
  readonly policy: EpisodePolicy;
  readonly rules: EstateRules;
  readonly incidents: Incidents = new Incidents(this);
  /** What the stored read models lack; they are written by `checkpoint`, not by every commit. */
  readonly #unsaved = { findings: new Set<string>(), assets: new Set<string>(), scopes: new Set<string>() };
  /** How much of what packed findings name by number is stored. */
  #storedWords = this.findings.dictionaryMark;
  /** No fact about a finding is of a later event time. */
  latestMs = Number.NEGATIVE_INFINITY;
  /** Moves with every commit that changed something: a key for caches. */
  version = 0;
  readonly #sharing = new Sharing();
  #hasOtherOwners = false;
  #driftViews: DriftView[] | null = null;
  #facts: SliFacts | null = null;

  constructor(policy: EpisodePolicy, rules = NO_RULES, records = new Records()) {
    this.policy = policy;
    this.rules = rules;
    this.records = records;
  }

  static load(store: LedgerStore, policy: EpisodePolicy, rules = NO_RULES): Estate {
    const estate = new Estate(policy, rules, Records.load(store));
    const parts = [...store.loadStates('words')].sort(([a], [b]) => Number(a) - Number(b));
    for (const [, part] of parts) estate.findings.learn(JSON.parse(textOf(part)) as Dictionary);
    estate.#storedWords = estate.findings.dictionaryMark;
    for (const [key, state] of store.loadStates('assets', estate.assets.pieces)) {
      const told = assetOfJson(textOf(state));
      told.asset.ref = estate.findings.sharedRef(told.asset.ref);
      estate.#indexAsset(key, told);
    }
    for (const [key, state] of store.loadStates('findings', estate.findings.pieces))
      estate.#note(key, estate.findings.restore(key, state));
    for (const [key, firstMs] of store.loadScopes()) estate.scopeFirst.set(key, firstMs);
    for (const prefix of ['a:', 's:'])
      for (const subject of store.subjects(prefix)) estate.subjectsWithFacts.add(subject);
    for (const subject of store.inputSubjects())
      if (!estate.findings.has(subject)) estate.subjectsWithFacts.add(subject);
    return estate;
  }

  /** The position in the ledger up to which the stored read models go. */
  static storedSeq(store: LedgerStore): number {
    return Number(store.meta(STORED_SEQ) ?? 0);
  }

  get unsavedCount(): number {
    return this.#unsaved.findings.size + this.#unsaved.assets.size + this.#unsaved.scopes.size;
  }

  /** Writes what changed since the last one, in the caller's transaction. The ledger has it all: this only shortens the next start. */
  checkpoint(store: LedgerStore): void {
    const { findings, assets, scopes } = this.#unsaved;
    const words = this.findings.dictionary(this.#storedWords);
    const gained = Object.values(words).some((list) => list.length > 0);
    if (gained) store.saveStates('words', [[sizeOf(this.#storedWords), Buffer.from(JSON.stringify(words))]]);
    store.saveStates('findings', packedOf(findings, this.findings));
    store.saveStates('assets', textsOf(assets, this.assets));
    for (const key of scopes) store.saveScope(key, this.scopeFirst.get(key) ?? 0);
    store.saveMeta(STORED_SEQ, String(store.lastSeq()));
  }

  /** After the checkpoint's commit. */
  saved(): void {
    for (const keys of Object.values(this.#unsaved)) keys.clear();
    this.#storedWords = this.findings.dictionaryMark;
  }

  setAsset(key: string, state: AssetState): void {
    this.#indexAsset(key, state);
    this.#unsaved.assets.add(key);
  }

  /** Other rules are in force, or other owners are known: what they say of every asset. */
  describeAgain(): void {
    for (const [key, asset] of this.assets.all())
      if (!isSame(this.#described(asset), asset)) this.setAsset(key, this.assets.get(key) as AssetState);
    this.changed();
  }

  #described(told: Asset): Asset {
    return describe(told, this.rules, (id) => this.assets.assetOf(assetKey(told.tenant, id)));
  }

  #indexAsset(key: string, told: AssetState): void {
    const before = this.assets.assetOf(key);
    if (isOwnerSource(before, told.asset)) this.#hasOtherOwners = true;
    if (before && isSameRef(before.ref, told.asset.ref)) told.asset.ref = before.ref;
    const asset = this.#described(told.asset);
    const state = asset === told.asset ? told : { ...told, asset };
    this.#sharing.asset(state.asset);
    this.assets.set(key, state);
    this.incidents.noteAsset(key, state);
    for (const scope of Object.keys(state.listed ?? {})) addTo(this.listedIn, listKey(state.asset.tenant, scope), key);
  }

  setScopeFirst(key: string, firstMs: number): void {
    this.scopeFirst.set(key, firstMs);
    this.#unsaved.scopes.add(key);
  }

  setFinding(id: string, state: FindingState): void {
    this.findings.set(id, state);
    this.#note(id, state);
    this.#unsaved.findings.add(id);
  }

  #note(id: string, state: FindingState): void {
    this.latestMs = Math.max(this.latestMs, state.latestMs);
    this.incidents.noteFinding(id, state);
  }

  changed(): void {
    if (this.#hasOtherOwners) {
      this.#hasOtherOwners = false;
      this.describeAgain();
      return;
    }
    this.version += 1;
    this.#driftViews = null;
    this.#facts = null;
    this.incidents.changed();
  }

  /** What SLIs are computed from: the same views for all who ask, until something changes. It knows no sources. */
  facts(): SliFacts {
    this.#facts ??= factsOf(this);
    return this.#facts;
  }

  assetOf({ finding }: Pick<FindingState, 'finding'>): Asset | undefined {
    return this.assets.assetOf(assetKey(finding.tenant, finding.asset.id));
  }

  driftViews(): readonly DriftView[] {
    if (!this.#driftViews) {
      this.#driftViews = [];
      for (const { finding, episodes, segments = [] } of this.findings.compared.values()) {
        const asset = this.assetOf({ finding });
        const ignored = this.rules.ignored(finding, asset);
        const shown = ignored ? ignoredUntil(segments, ignored) : segments;
        this.#driftViews.push({ finding, asset, segments: shown, episodes });
      }
    }
    return this.#driftViews;
  }

  /** The read models as text, in one order: two estates are equal when their dumps are. */
  dump(): string {
    const lines: string[] = [];
    for (const [key, state] of [...this.findings].sort(byKey)) lines.push(`${key} ${JSON.stringify(state)}`);
    for (const [key, state] of [...this.assets].sort(byKey)) lines.push(`${key} ${JSON.stringify(state)}`);
    for (const [key, firstMs] of [...this.scopeFirst].sort(byKey)) lines.push(`${key} ${firstMs}`);
    lines.push(...this.records.dump());
    return lines.join('\n');
  }
}

export function listKey(tenant: string, scope: string): string {
  return `${tenant} ${scope}`;
}

/** Parts of the dictionary are stored by how much was stored before. */
function sizeOf({ words, shapes, shared }: DictionaryMark): string {
  return String(words + shapes + shared);
}

function* packedOf(ids: Iterable<string>, findings: FindingTable): Generator<[string, Uint8Array]> {
  for (const id of ids) yield [id, findings.packed(id)];
}

function* textsOf(keys: Iterable<string>, assets: AssetTable): Generator<[string, Uint8Array]> {
  for (const key of keys) yield [key, Buffer.from(JSON.stringify(assets.get(key)))];
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString();
}

/** JSON has no -Infinity: an asset of which only the deletion is known has `presentMs` null. */
function assetOfJson(text: string): AssetState {
  const state = JSON.parse(text) as Omit<AssetState, 'presentMs'> & { presentMs: number | null };
  return { ...state, presentMs: state.presentMs ?? Number.NEGATIVE_INFINITY };
}
