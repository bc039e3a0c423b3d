import type {
  Asset,
  AssetView,
  ChangeRecord,
  ChangeView,
  DriftSegment,
  DriftView,
  Episode,
  Range,
  SliFacts,
} from '@cnapp-slo/model';
import { isExerciseTenant, lazily, unionOf } from '@cnapp-slo/model';
import type { AssetTable } from './asset-table.ts';
import { assetKey } from './facts.ts';
import type { FindingRow } from './finding-row.ts';
import type { FindingTable } from './finding-table.ts';
import type { Records } from './records.ts';
import { allRows, RowViews } from './row-views.ts';

/** The read models as SLIs see them. */
interface ReadModels {
  readonly assets: AssetTable;
  readonly findings: FindingTable;
  readonly records: Records;
  driftViews(): readonly DriftView[];
}

/** What SLIs are computed from, out of one version of the estate. Sources are not in it, as the ledger keeps no raw telemetry. */
export function factsOf(estate: ReadModels): SliFacts {
  const { records } = estate;
  const assetOf = (tenant: string, id: string): Asset | undefined => estate.assets.assetOf(assetKey(tenant, id));
  const facts: SliFacts = lazily<SliFacts>({
    sources: () => [],
    episodes: () => estate.findings.episodes.views(false),
    exerciseEpisodes: () => [...estate.findings.episodes.views(true)],
    drift: () => estate.driftViews().filter(({ finding }) => !isExerciseTenant(finding.tenant)),
    changes: () => records.list('change').map((record) => changeView(record, assetOf)),
    principals: () => records.list('principal'),
    artifacts: () =>
      records.list('artifact').map((record) => ({
        record,
        assets: Object.keys(record.seen).flatMap((id) => assetOf(record.tenant, id) ?? []),
      })),
    scopes: () => records.list('scope'),
    agents: () => {
      const agents = records.list('agent');
      if (agents.length === 0) return [];
      const nameOf = ({ ref }: Asset): string => ref.name ?? ref.id;
      const nodes = new Map<string, Asset>();
      for (const { asset } of facts.assets) nodes.set(`${asset.tenant} ${nameOf(asset)}`, asset);
      const nodeOf = (tenant: string, node: string): Asset | undefined => nodes.get(`${tenant} ${node}`);
      return agents.map((record) => ({ record, asset: nodeOf(record.tenant, record.node) }));
    },
    detections: () => records.list('detections'),
    incidents: () => records.list('incident'),
    exercises: () => records.list('exercise', 'exercises'),
    assets: () => {
      const watchedIn = watchedBy(estate);
      return new RowViews<AssetView>(allRows(estate.assets.rowCount), (row) => {
        const asset = estate.assets.at(row);
        return asset && !isExerciseTenant(asset.tenant) ? new AssetRow(row, asset, estate, watchedIn) : null;
      });
    },
  });
  return facts;
}

function changeView(record: ChangeRecord, assetOf: (tenant: string, id: string) => Asset | undefined): ChangeView {
  const delivered = record.steps.filter((step) => step.changeKind === 'deploy' || step.changeKind === 'apply');
  const assets = delivered.flatMap((step) => step.assets).flatMap((id) => assetOf(record.tenant, id) ?? []);
  const highest = assets.map((asset) => asset.criticality).sort()[0];
  return { record, asset: assetOf(record.tenant, record.repository), criticality: highest ?? null };
}

/** Scopes in which findings are looked at → when they were, together. */
type WatchedIn = (scopes: readonly string[]) => readonly Range[];

/** Most assets share their scopes: each set is joined once. */
function watchedBy(estate: ReadModels): WatchedIn {
  const unions = new Map<string, readonly Range[]>();
  return (scopes) => {
    const name = scopes.join('\n');
    const union = unions.get(name) ?? unionOf(scopes.map((key) => estate.records.scope(key)?.watched ?? []));
    unions.set(name, union);
    return union;
  };
}

/** An asset of the table with its findings, each read when it is asked for. */
class AssetRow implements AssetView {
  readonly asset: Asset;
  readonly #row: number;
  readonly #estate: ReadModels;
  readonly #watchedIn: WatchedIn;

  constructor(row: number, asset: Asset, estate: ReadModels, watchedIn: WatchedIn) {
    this.asset = asset;
    this.#row = row;
    this.#estate = estate;
    this.#watchedIn = watchedIn;
  }

  get declaredBy(): AssetView['declaredBy'] {
    return this.#estate.assets.declaredBy(this.#row);
  }

  get episodes(): readonly Episode[] {
    const episodes: Episode[] = [];
    for (const finding of this.#findings()) for (const { episode } of finding.episodes) episodes.push(episode);
    return episodes;
  }

  get segments(): readonly DriftSegment[] {
    const { compared } = this.#estate.findings;
    if (compared.size === 0) return [];
    return this.#findings().flatMap(({ row }) => compared.get(row)?.segments ?? []);
  }

  get watched(): readonly Range[] {
    const { compared } = this.#estate.findings;
    let all: readonly string[] = [];
    for (const { row, scopes } of this.#findings()) {
      if (compared.has(row) || scopes === all) continue;
      all = all.length === 0 ? scopes : [...new Set([...all, ...scopes])].sort();
    }
    return this.#watchedIn(all);
  }

  #findings(): FindingRow[] {
    return this.#estate.findings.ofAsset(this.#row);
  }
}
