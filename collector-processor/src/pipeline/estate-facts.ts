import type {
  Asset,
  AssetView,
  ChangeRecord,
  ChangeView,
  DriftSegment,
  Episode,
  Range,
  SliFacts,
} from '@cnapp-slo/model';
import { isExerciseTenant, lazily, unionOf } from '@cnapp-slo/model';
import type { AssetState } from './asset-state.ts';
import type { Estate } from './estate.ts';
import { assetKey } from './facts.ts';

/** What SLIs are computed from, out of one version of the estate. Sources are not in it, as the ledger keeps no raw telemetry. */
export function factsOf(estate: Estate): SliFacts {
  const { records } = estate;
  const assetOf = (tenant: string, id: string): Asset | undefined => estate.assets.get(assetKey(tenant, id))?.asset;
  const facts: SliFacts = lazily<SliFacts>({
    sources: () => [],
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
      const agents = records.list('agent');
      if (agents.length === 0) return [];
      const nameOf = ({ ref }: Asset): string => ref.name ?? ref.id;
      const nodes = new Map(facts.assets.map(({ asset }) => [`${asset.tenant} ${nameOf(asset)}`, asset]));
      const nodeOf = (tenant: string, node: string): Asset | undefined => nodes.get(`${tenant} ${node}`);
      return agents.map((record) => ({ record, asset: nodeOf(record.tenant, record.node) }));
    },
    detections: () => records.list('detections'),
    incidents: () => records.list('incident'),
    exercises: () => records.list('exercise', 'exercises'),
    assets: () => {
      const watchedIn = watchedBy(estate);
      const views: AssetView[] = [];
      for (const [key, state] of estate.assets)
        if (!isExerciseTenant(state.asset.tenant)) views.push(assetView(key, state, estate, watchedIn));
      return views;
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

/** An asset's findings together. */
export interface AssetFindings {
  episodes: readonly Episode[];
  segments: readonly DriftSegment[];
  /** Keys of the scopes in which it is looked at, in order; and all of them as one name. */
  scopes: readonly string[];
  scopesName: string;
}

type WatchedIn = (findings: AssetFindings) => readonly Range[];

/** Most assets share their scopes: each set is joined once. */
function watchedBy(estate: Estate): WatchedIn {
  const unions = new Map<string, readonly Range[]>();
  return ({ scopes, scopesName }) => {
    const union = unions.get(scopesName) ?? unionOf(scopes.map((key) => estate.records.scope(key)?.watched ?? []));
    unions.set(scopesName, union);
    return union;
  };
}

function assetView(key: string, { asset, declaredBy }: AssetState, estate: Estate, watchedIn: WatchedIn): AssetView {
  const findings = estate.findingsOfAssets.get(key) ?? findingsOf(key, estate);
  estate.findingsOfAssets.set(key, findings);
  const { episodes, segments } = findings;
  return { asset, watched: watchedIn(findings), episodes, segments, declaredBy: declaredBy ?? {} };
}

function findingsOf(key: string, estate: Estate): AssetFindings {
  const names = new Set<string>();
  const episodes: Episode[] = [];
  const segments: DriftSegment[] = [];
  for (const id of estate.byAsset.get(key) ?? []) {
    const state = estate.findings.get(id);
    if (!state) continue;
    if (state.segments) segments.push(...state.segments);
    else for (const scope of state.scopes) names.add(scope);
    episodes.push(...state.episodes);
  }
  const scopes = [...names].sort();
  return { episodes, segments, scopes, scopesName: scopes.join('\n') };
}
