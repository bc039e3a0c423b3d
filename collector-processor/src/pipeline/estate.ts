import type { Asset, DriftView, EpisodePolicy, EpisodeView, LedgerStore } from '@cnapp-slo/model';
import type { AssetState } from './asset-state.ts';
import { assetKey } from './facts.ts';
import type { FindingState } from './finding-state.ts';
import { Records } from './records.ts';

/** The read models in memory, as the last commit left them. Written only by `Draft.apply`. */
export class Estate {
  readonly findings = new Map<string, FindingState>();
  readonly assets = new Map<string, AssetState>();
  readonly scopeFirst = new Map<string, number>();
  readonly records: Records;
  /** Asset key → finding ids; scope key → finding ids. */
  readonly byAsset = new Map<string, Set<string>>();
  readonly byScope = new Map<string, Set<string>>();
  readonly policy: EpisodePolicy;
  /** Moves with every commit that changed something: a key for caches. */
  version = 0;
  #episodeViews: EpisodeView[] | null = null;
  #driftViews: DriftView[] | null = null;

  constructor(policy: EpisodePolicy, records = new Records()) {
    this.policy = policy;
    this.records = records;
  }

  static load(store: LedgerStore, policy: EpisodePolicy): Estate {
    const estate = new Estate(policy, Records.load(store));
    for (const { key, state } of store.load('assets'))
      estate.assets.set(key, JSON.parse(state, reviveAsset) as AssetState);
    for (const { key, state } of store.load('findings')) estate.setFinding(key, JSON.parse(state) as FindingState);
    for (const [key, firstMs] of store.loadScopes()) estate.scopeFirst.set(key, firstMs);
    return estate;
  }

  setFinding(id: string, state: FindingState): void {
    if (!this.findings.has(id)) addTo(this.byAsset, assetKey(state.finding.tenant, state.finding.asset.id), id);
    for (const scope of state.scopes) addTo(this.byScope, scope, id);
    this.findings.set(id, state);
  }

  changed(): void {
    this.version += 1;
    this.#episodeViews = null;
    this.#driftViews = null;
  }

  assetOf(state: FindingState): Asset | undefined {
    return this.assets.get(assetKey(state.finding.tenant, state.finding.asset.id))?.asset;
  }

  /** Every episode but drift's own, with its finding and asset. */
  episodeViews(): readonly EpisodeView[] {
    if (!this.#episodeViews) {
      this.#episodeViews = [];
      for (const state of this.findings.values()) {
        const asset = this.assetOf(state);
        for (const episode of state.episodes) this.#episodeViews.push({ episode, finding: state.finding, asset });
      }
    }
    return this.#episodeViews;
  }

  driftViews(): readonly DriftView[] {
    if (!this.#driftViews) {
      this.#driftViews = [];
      for (const state of this.findings.values()) {
        if (!state.segments) continue;
        this.#driftViews.push({
          finding: state.finding,
          asset: this.assetOf(state),
          segments: state.segments,
          episodes: state.episodes,
        });
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

function byKey(a: readonly [string, unknown], b: readonly [string, unknown]): number {
  return a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0;
}

function addTo(index: Map<string, Set<string>>, key: string, id: string): void {
  const set = index.get(key);
  if (set) set.add(id);
  else index.set(key, new Set([id]));
}

/** JSON has no -Infinity: an asset of which only the deletion is known has `presentMs` null. */
function reviveAsset(key: string, value: unknown): unknown {
  return key === 'presentMs' && value === null ? Number.NEGATIVE_INFINITY : value;
}
