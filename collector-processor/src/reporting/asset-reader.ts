import type { Asset, AssetAt, AssetJson, Fact, ListQuery, Page, RelationJson } from '@cnapp-slo/model';
import { isExerciseTenant } from '@cnapp-slo/model';
import { type AssetState, mentionsOf, mergeAsset, relationsOf } from '../pipeline/asset-state.ts';
import { AssetTable } from '../pipeline/asset-table.ts';
import { describe } from '../pipeline/estate.ts';
import { assetKey } from '../pipeline/facts.ts';
import type { Processor } from '../pipeline/processor.ts';
import { matches } from './filter.ts';
import { iso, isoOrNull } from './json.ts';
import { pageOf } from './window.ts';

const KEPT = 4;

/** The inventory, as it is and as it was: what was true at an instant, by what was known at another. */
export class AssetReader {
  readonly #processor: Processor;
  readonly #kept = new Map<string, AssetTable>();

  constructor(processor: Processor) {
    this.#processor = processor;
  }

  list(query: ListQuery & AssetAt): Page<AssetJson> {
    const states = this.#states(query);
    const rows = [...states.all()].filter(
      ([, asset]) =>
        matchesAsset(asset, query) &&
        (query.tenant === asset.tenant || !isExerciseTenant(asset.tenant)) &&
        (query.state === undefined || query.state === (asset.deletedMs === undefined ? 'present' : 'deleted')),
    );
    rows.sort(([, a], [, b]) => compare(a.criticality, b.criticality) || compare(a.ref.id, b.ref.id));
    return pageOf(rows, query, ([key]) => this.#json(states.get(key) as AssetState));
  }

  /** Null: nothing said by then that there was such an asset. */
  get(id: string, at: AssetAt = {}): AssetJson | null {
    const states = this.#states(at);
    for (const [key, asset] of states.all()) {
      if (asset.ref.id !== id) continue;
      const state = states.get(key) as AssetState;
      return { ...this.#json(state), relations: relationsJson(key, state, states), digests: digestsJson(state) };
    }
    return null;
  }

  #states({ asOfMs, validMs }: AssetAt): AssetTable {
    if (asOfMs === undefined && validMs === undefined) return this.#processor.estate.assets;
    const key = `${asOfMs} ${validMs} ${this.#processor.store.factCount()}`;
    let states = this.#kept.get(key);
    if (!states) {
      const said = assetsOf(this.#processor.store.ledger(asOfMs), validMs ?? Number.POSITIVE_INFINITY);
      const { rules } = this.#processor.estate;
      states = new AssetTable();
      for (const [id, state] of said) {
        const lookUp = (other: string): Asset | undefined => said.get(assetKey(state.asset.tenant, other))?.asset;
        states.set(id, { ...state, asset: describe(state.asset, rules, lookUp) });
      }
      this.#kept.set(key, states);
      const oldest = this.#kept.keys().next().value;
      if (this.#kept.size > KEPT && oldest !== undefined) this.#kept.delete(oldest);
    }
    return states;
  }

  #json(state: AssetState): AssetJson {
    const { asset } = state;
    const { ref, context } = asset;
    return {
      id: ref.id,
      tenant: asset.tenant,
      kind: ref.kind,
      provider: ref.provider,
      name: ref.name ?? null,
      account: ref.account ?? null,
      region: ref.region ?? null,
      cluster: ref.cluster ?? null,
      namespace: ref.namespace ?? null,
      team: asset.team,
      team_reason: asset.teamReason ?? this.#reason(state, 'owner', 'nothing says whose it is'),
      environment: context.environment ?? null,
      service: context.service ?? null,
      criticality: asset.criticality,
      criticality_reason:
        asset.criticalityReason ?? this.#reason(state, 'criticality', 'nothing says how critical it is'),
      exposure: context.exposure ?? null,
      data_class: context.dataClass ?? null,
      scaled_by: context.scaledBy ?? null,
      iac: context.iac ?? null,
      first_seen_at: iso(asset.firstSeenMs),
      last_seen_at: iso(asset.lastSeenMs),
      deleted_at: isoOrNull(asset.deletedMs),
      deleted_cause: asset.deletedMs === undefined ? null : (asset.deletedCause ?? null),
      open_findings: this.#openFindings(asset),
    };
  }

  #reason({ asset, stamps }: AssetState, field: string, otherwise: string): string {
    const stamp = stamps[field];
    const fact = stamp && this.#factAbout(asset, stamp[1]);
    return fact ? `said by ${fact.source.id} at ${iso(fact.atMs)}` : otherwise;
  }

  /** What is said of an asset is said of itself, or with one of its findings. */
  #factAbout({ tenant, ref }: Asset, id: string): Fact | null {
    const { estate, store } = this.#processor;
    const key = assetKey(tenant, ref.id);
    for (const subject of [key, ...estate.findings.onAsset(key).map(({ id }) => id)]) {
      const fact = store.fact(subject, id);
      if (fact) return fact;
    }
    return null;
  }

  #openFindings({ tenant, ref }: Asset): number {
    return this.#processor.estate.findings.onAsset(assetKey(tenant, ref.id)).filter(({ isOpen }) => isOpen).length;
  }
}

/** The assets that the facts up to an event time give, in any order of the facts. */
export function assetsOf(facts: Iterable<Fact>, validMs: number): Map<string, AssetState> {
  const states = new Map<string, AssetState>();
  for (const fact of facts) {
    if (fact.atMs > validMs) continue;
    for (const { ref, context } of mentionsOf(fact)) {
      const key = assetKey(fact.tenant, ref.id);
      states.set(key, mergeAsset(states.get(key), fact, ref, context));
    }
  }
  return states;
}

function relationsJson(key: string, state: AssetState, states: AssetTable): RelationJson[] {
  const to = relationsOf(state).map(({ rel, to }): RelationJson => ({ rel, asset_id: to, direction: 'to' }));
  const from = [...states.all()].flatMap(([other, asset]) =>
    relationsOf(states.get(other))
      .filter((relation) => assetKey(asset.tenant, relation.to) === key)
      .map(({ rel }): RelationJson => ({ rel, asset_id: asset.ref.id, direction: 'from' })),
  );
  return [...to, ...from];
}

function digestsJson({ ran }: AssetState): NonNullable<AssetJson['digests']> {
  return Object.entries(ran ?? {}).map(([digest, [firstMs, lastMs]]) => ({
    digest,
    first_seen_at: iso(firstMs),
    last_seen_at: iso(lastMs),
  }));
}

function matchesAsset(asset: Asset, query: ListQuery): boolean {
  const { severity: _severity, detector_class: _class, detector: _tool, ...filter } = query;
  return matches({ tenant: asset.tenant, asset, provider: asset.ref.provider }, filter);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
