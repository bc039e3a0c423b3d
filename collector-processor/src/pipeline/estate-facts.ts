import type {
  Asset,
  AssetView,
  ChangeRecord,
  ChangeView,
  DriftSegment,
  Episode,
  Range,
  SliFacts,
  SourceView,
} from '@cnapp-slo/model';
import { isExerciseTenant, lazily, unionOf } from '@cnapp-slo/model';
import type { AssetState } from './asset-state.ts';
import type { Estate } from './estate.ts';
import { assetKey } from './facts.ts';

/** What SLIs are computed from, out of one version of the estate; and of `sources`, as the ledger keeps no raw telemetry. */
export function factsOf(estate: Estate, sources: () => readonly SourceView[]): SliFacts {
  const { records } = estate;
  const assetOf = (tenant: string, id: string): Asset | undefined => estate.assets.get(assetKey(tenant, id))?.asset;
  const facts: SliFacts = lazily<SliFacts>({
    sources,
    episodes: () => estate.episodeViews().filter(({ episode }) => !episode.exercise),
    exerciseEpisodes: () => estate.episodeViews().filter(({ episode }) => episode.exercise),
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
      const nameOf = ({ ref }: Asset): string => ref.name ?? ref.id;
      const nodes = new Map(facts.assets.map(({ asset }) => [`${asset.tenant} ${nameOf(asset)}`, asset]));
      const nodeOf = (tenant: string, node: string): Asset | undefined => nodes.get(`${tenant} ${node}`);
      return records.list('agent').map((record) => ({ record, asset: nodeOf(record.tenant, record.node) }));
    },
    detections: () => records.list('detections'),
    incidents: () => records.list('incident'),
    exercises: () => records.list('exercise', 'exercises'),
    assets: () => {
      const watchedIn = watchedBy(estate);
      const states = [...estate.assets.values()].filter(({ asset }) => !isExerciseTenant(asset.tenant));
      return states.map((state) => assetView(state, estate, watchedIn));
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

type WatchedIn = (scopes: ReadonlySet<string>) => readonly Range[];

/** Most assets share their scopes: each set is joined once. */
function watchedBy(estate: Estate): WatchedIn {
  const unions = new Map<string, readonly Range[]>();
  return (scopes) => {
    const keys = [...scopes].sort();
    const name = keys.join('\n');
    const union = unions.get(name) ?? unionOf(keys.map((key) => estate.records.scope(key)?.watched ?? []));
    unions.set(name, union);
    return union;
  };
}

function assetView({ asset, declaredBy }: AssetState, estate: Estate, watchedIn: WatchedIn): AssetView {
  const scopes = new Set<string>();
  const episodes: Episode[] = [];
  const segments: DriftSegment[] = [];
  for (const id of estate.byAsset.get(assetKey(asset.tenant, asset.ref.id)) ?? []) {
    const state = estate.findings.get(id);
    if (!state) continue;
    if (state.segments) segments.push(...state.segments);
    else for (const scope of state.scopes) scopes.add(scope);
    episodes.push(...state.episodes);
  }
  return { asset, watched: watchedIn(scopes), episodes, segments, declaredBy: declaredBy ?? {} };
}
