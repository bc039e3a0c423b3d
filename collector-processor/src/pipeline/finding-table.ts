import type { Asset, AssetRef, Finding, FindingVerdict, Severity } from '@cnapp-slo/model';
import { SEVERITIES } from '@cnapp-slo/model';
import { isIncident } from '../correlation/incident-group.ts';
import { KeyColumn } from '../packed/key-column.ts';
import { KeyIndex } from '../packed/key-index.ts';
import { type Dictionary, type DictionaryMark, Packer } from '../packed/packer.ts';
import { grown, RowHeap, resized } from '../packed/row-heap.ts';
import { isSameRef } from './asset-state.ts';
import type { AssetTable } from './asset-table.ts';
import type { EpisodeRow } from './episode-row.ts';
import { EpisodeTable } from './episode-table.ts';
import { assetKey } from './facts.ts';
import { FindingRow } from './finding-row.ts';
import type { FindingState } from './finding-state.ts';
import type { Kind } from './kind-pool.ts';
import { NONE } from './row-views.ts';

const VERDICTS: readonly FindingVerdict[] = ['fail', 'pass', 'suppressed', 'not_applicable', 'error'];
const SEVERITY = 0x07;
const VERDICT = 0x70;
const VERDICT_SHIFT = 4;
const IS_CANDIDATE = 0x80;
/** Sources that describe an asset differently; those beyond are kept with each finding. */
const MAX_SHARED_REFS = 4;

interface ScopeList {
  scopes: readonly string[];
  /** The first of its findings, by row. */
  first: number;
}

/**
 * The states of all findings: each packed into some hundred bytes, and beside it, in columns, what is asked of many at once. `get`
 * gives a copy; the rows show the table as it is now. Rows are never taken away.
 */
export class FindingTable {
  readonly episodes: EpisodeTable = new EpisodeTable(this);
  readonly #assets: AssetTable;
  readonly #ids = new KeyIndex();
  /** For the store. */
  readonly pieces = new KeyColumn(
    (id) => this.#ids.of(id),
    () => this.size,
  );
  readonly #packer = new Packer();
  readonly #heap = new RowHeap();
  /** What the finding says of its asset, by the packer's number; NONE: it is in its row. */
  #ref = new Uint32Array(1024);
  /** Asset id → what is said of it. */
  readonly #sharedRefs = new Map<string, AssetRef | AssetRef[]>();
  #kind = new Uint32Array(1024);
  /** Severity, last verdict, and whether an episode of it demands an alert. */
  #flags = new Uint8Array(1024);
  #firstMs = new Float64Array(1024);
  #asset = new Uint32Array(1024);
  #nextOfAsset = new Uint32Array(1024);
  #firstEpisode = new Uint32Array(1024);
  /** Scopes that a finding was looked at in, as one list; and the findings of each list, chained both ways. */
  #scopes = new Uint32Array(1024);
  #nextOfScopes = new Uint32Array(1024);
  #beforeOfScopes = new Uint32Array(1024);
  readonly #scopeLists: ScopeList[] = [];
  readonly #scopeListOf = new Map<string, number>();
  /** Scope → lists that it is in. */
  readonly #listsOfScope = new Map<string, number[]>();
  /** Findings with comparisons over time, by row; these are kept as they are. */
  readonly compared = new Map<number, FindingState>();

  constructor(assets: AssetTable) {
    this.#assets = assets;
  }

  get size(): number {
    return this.#ids.size;
  }

  has(id: string): boolean {
    return this.#ids.of(id) >= 0;
  }

  get(id: string): FindingState | undefined {
    const row = this.#ids.of(id);
    return row < 0 ? undefined : this.#unpack(row, id);
  }

  /** The finding as rows show it. */
  find(id: string): FindingRow | undefined {
    const row = this.#ids.of(id);
    return row < 0 ? undefined : this.row(row);
  }

  /** `<finding id>.<seq>` */
  findEpisode(id: string): EpisodeRow | undefined {
    const dot = id.lastIndexOf('.');
    const row = this.rowOf(id.slice(0, dot));
    return row < 0 ? undefined : this.episodeOf(row, Number(id.slice(dot + 1)));
  }

  /** -1: not known. */
  rowOf(id: string): number {
    return this.#ids.of(id);
  }

  episodeOf(row: number, seq: number): EpisodeRow | undefined {
    return this.episodes.find(this.#firstEpisode[row] as number, seq);
  }

  *keys(): Generator<string> {
    for (let row = 0; row < this.size; row++) yield this.idOf(row);
  }

  *values(): Generator<FindingState> {
    for (let row = 0; row < this.size; row++) yield this.whole(row);
  }

  *[Symbol.iterator](): Generator<[id: string, state: FindingState]> {
    for (let row = 0; row < this.size; row++) yield [this.idOf(row), this.whole(row)];
  }

  *rows(): Generator<FindingRow> {
    for (let row = 0; row < this.size; row++) yield this.row(row);
  }

  /** Those with an episode that demands an alert. */
  *candidates(): Generator<FindingRow> {
    for (let row = 0; row < this.size; row++) if (this.isCandidate(row)) yield this.row(row);
  }

  onAsset(key: string): FindingRow[] {
    const asset = this.#assets.rowOf(key);
    return asset < 0 ? [] : this.ofAsset(asset);
  }

  /** The same by the asset's row. */
  ofAsset(asset: number): FindingRow[] {
    const rows: FindingRow[] = [];
    let row = this.#assets.firstFinding(asset);
    for (; row !== NONE; row = this.#nextOfAsset[row] as number) rows.push(this.row(row));
    return rows;
  }

  *inScope(scope: string): Generator<string> {
    for (const list of this.#listsOfScope.get(scope) ?? [])
      for (let row = this.#scopeLists[list]?.first ?? NONE; row !== NONE; row = this.#nextOfScopes[row] as number)
        yield this.idOf(row);
  }

  set(id: string, state: FindingState): void {
    const { finding } = state;
    const known = this.#ids.of(id);
    const row = known >= 0 ? known : this.#add(id, finding);
    const ref = this.#shared(finding.asset, this.assetOf(row)?.ref);
    const shown = finding.asset === ref ? state : { ...state, finding: { ...finding, asset: ref } };
    this.#heap.put(row, this.#packer, this.#packer.pack(shown, id));
    this.#fill(row, shown);
  }

  /** The finding's packed row, to be stored; good until the next change. Readable with the dictionary up to `dictionaryMark`. */
  packed(id: string): Uint8Array {
    return this.#heap.bytes(this.#ids.of(id));
  }

  get dictionaryMark(): DictionaryMark {
    return this.#packer.mark;
  }

  dictionary(since: DictionaryMark): Dictionary {
    return this.#packer.dictionary(since);
  }

  /** Stored parts of the dictionary, in their order, before anything is set. */
  learn(dictionary: Dictionary): void {
    this.#packer.learn(dictionary);
    for (const ref of dictionary.shared as AssetRef[]) this.#noteRef(ref);
  }

  /** Puts a stored row back, which must not be known yet; answers its state. */
  restore(id: string, packed: Uint8Array): FindingState {
    const bytes = Buffer.from(packed.buffer, packed.byteOffset, packed.length);
    const state = this.#packer.unpack(bytes, 0, id) as FindingState;
    const row = this.#add(id, state.finding);
    this.#heap.put(row, { bytes }, bytes.length);
    this.#fill(row, state);
    return state;
  }

  /** Where findings say the same of an asset: their object for it. */
  sharedRef(ref: AssetRef): AssetRef {
    return this.#refsOf(ref.id).find((known) => isSameRef(ref, known)) ?? ref;
  }

  #fill(row: number, state: FindingState): void {
    const { finding, episodes } = state;
    this.#ref[row] = this.#packer.sharedNumber(finding.asset) ?? NONE;
    this.#kind[row] = this.episodes.kinds.numberOf(finding);
    this.#flags[row] =
      SEVERITIES.indexOf(finding.severity) |
      (VERDICTS.indexOf(finding.lastVerdict as FindingVerdict) << VERDICT_SHIFT) |
      (episodes.some(isIncident) ? IS_CANDIDATE : 0);
    this.#firstMs[row] = state.firstMs;
    this.#chainScopes(row, state.scopes);
    this.#firstEpisode[row] = this.episodes.put(row, this.#firstEpisode[row] as number, episodes);
    if (state.segments) this.compared.set(row, state);
    else this.compared.delete(row);
  }

  row(row: number): FindingRow {
    return new FindingRow(this, row);
  }

  /** A copy of the state, all of it. */
  whole(row: number): FindingState {
    return this.#unpack(row, this.idOf(row));
  }

  idOf(row: number): string {
    return this.#ids.key(row);
  }

  kindOf(row: number): Kind {
    return this.episodes.kinds.get(this.#kind[row] as number);
  }

  severityOf(row: number): Severity {
    return SEVERITIES[(this.#flags[row] as number) & SEVERITY] as Severity;
  }

  verdictOf(row: number): FindingVerdict {
    return VERDICTS[((this.#flags[row] as number) & VERDICT) >> VERDICT_SHIFT] as FindingVerdict;
  }

  isCandidate(row: number): boolean {
    return ((this.#flags[row] as number) & IS_CANDIDATE) !== 0;
  }

  firstMsOf(row: number): number {
    return this.#firstMs[row] as number;
  }

  /** What the finding says of its asset. */
  refOf(row: number): AssetRef {
    const shared = this.#packer.shared(this.#ref[row] as number) as AssetRef | undefined;
    return shared ?? this.whole(row).finding.asset;
  }

  /** What the inventory says of it. */
  assetOf(row: number): Asset | undefined {
    return this.#assets.at(this.#asset[row] as number);
  }

  scopesOf(row: number): readonly string[] {
    return this.#scopeLists[this.#scopes[row] as number]?.scopes ?? [];
  }

  episodesOf(row: number): EpisodeRow[] {
    return this.episodes.from(this.#firstEpisode[row] as number);
  }

  #unpack(row: number, id: string): FindingState {
    return this.#packer.unpack(this.#heap.segment(row), this.#heap.offset(row), id) as FindingState;
  }

  /** A finding's asset never changes. */
  #add(id: string, { tenant, asset: { id: assetId } }: Finding): number {
    const row = this.#ids.add(id);
    if (row === this.#kind.length) this.#grow();
    const asset = this.#assets.rowFor(assetKey(tenant, assetId));
    this.#asset[row] = asset;
    this.#nextOfAsset[row] = this.#assets.firstFinding(asset);
    this.#assets.setFirstFinding(asset, row);
    this.#firstEpisode[row] = NONE;
    this.#scopes[row] = NONE;
    return row;
  }

  /** One object for all that say the same of an asset: the inventory's own where it does. */
  #shared(said: AssetRef, known: AssetRef | undefined): AssetRef {
    const refs = this.#refsOf(said.id);
    for (const ref of refs) if (isSameRef(said, ref)) return ref;
    if (refs.length === MAX_SHARED_REFS) return said;
    const ref = known && isSameRef(said, known) ? known : said;
    this.#noteRef(ref);
    this.#packer.share(ref);
    return ref;
  }

  /** Mostly it is one, which takes no list. */
  #refsOf(assetId: string): readonly AssetRef[] {
    const refs = this.#sharedRefs.get(assetId) ?? [];
    return Array.isArray(refs) ? refs : [refs];
  }

  #noteRef(ref: AssetRef): void {
    const refs = this.#refsOf(ref.id);
    this.#sharedRefs.set(ref.id, refs.length === 0 ? ref : [...refs, ref]);
  }

  #chainScopes(row: number, scopes: readonly string[]): void {
    const number = this.#scopeListOf.get(scopes.join('\n')) ?? this.#newScopeList(scopes);
    const before = this.#scopes[row] as number;
    if (number === before) return;
    if (before !== NONE) this.#unchain(row, this.#scopeLists[before] as ScopeList);
    const list = this.#scopeLists[number] as ScopeList;
    this.#scopes[row] = number;
    this.#nextOfScopes[row] = list.first;
    this.#beforeOfScopes[row] = NONE;
    if (list.first !== NONE) this.#beforeOfScopes[list.first] = row;
    list.first = row;
  }

  #unchain(row: number, list: ScopeList): void {
    const next = this.#nextOfScopes[row] as number;
    const before = this.#beforeOfScopes[row] as number;
    if (before === NONE) list.first = next;
    else this.#nextOfScopes[before] = next;
    if (next !== NONE) this.#beforeOfScopes[next] = before;
  }

  #newScopeList(scopes: readonly string[]): number {
    const number = this.#scopeLists.push({ scopes, first: NONE }) - 1;
    this.#scopeListOf.set(scopes.join('\n'), number);
    for (const scope of scopes) {
      addTo(this.#listsOfScope, scope, number);
    }
    return number;
  }

  #grow(): void {
    const length = grown(this.#kind.length);
    this.#ref = resized(this.#ref, length);
    this.#kind = resized(this.#kind, length);
    this.#flags = resized(this.#flags, length);
    this.#firstMs = resized(this.#firstMs, length);
    this.#asset = resized(this.#asset, length);
    this.#nextOfAsset = resized(this.#nextOfAsset, length);
    this.#firstEpisode = resized(this.#firstEpisode, length);
    this.#scopes = resized(this.#scopes, length);
    this.#nextOfScopes = resized(this.#nextOfScopes, length);
    this.#beforeOfScopes = resized(this.#beforeOfScopes, length);
  }
}

function addTo<V>(lists: Map<string, V[]>, key: string, value: V): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}
