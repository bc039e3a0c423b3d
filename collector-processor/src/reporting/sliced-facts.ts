import type {
  ArtifactView,
  Asset,
  AssetView,
  EpisodeView,
  Many,
  SliFacts,
  SliFilter,
  SliInput,
  SliPolicy,
} from '@cnapp-slo/model';
import { declaredIncident, lazily, testedTenant } from '@cnapp-slo/model';
import type { EpisodeRow } from '../pipeline/episode-row.ts';
import type { RowViews } from '../pipeline/row-views.ts';
import { labelsOf, matcherOf } from './filter.ts';

/** What a filter leaves of the facts. */
export function slicedFacts(facts: SliFacts, filter: SliFilter): SliFacts {
  if (Object.keys(filter).length === 0) return facts;
  const matches = matcherOf(filter);
  const isIn = (tenant: string, asset?: Asset): boolean => matches({ tenant, asset });
  return lazily<SliFacts>({
    episodes: () => facts.episodes.filter((view) => matches(labelsOf(view))),
    // An exercise is asked for by the tenant that it tests.
    exerciseEpisodes: () =>
      facts.exerciseEpisodes.filter((view) =>
        matches({ ...labelsOf(view), tenant: testedTenant(view.finding.tenant) }),
      ),
    drift: () => facts.drift.filter((view) => matches(labelsOf(view))),
    changes: () => facts.changes.filter(({ record, asset }) => isIn(record.tenant, asset)),
    principals: () => facts.principals.filter(({ tenant }) => isIn(tenant)),
    artifacts: () => facts.artifacts.flatMap((view) => slicedArtifact(view, isIn)),
    scopes: () =>
      facts.scopes.filter(({ tenant, detector, classes }) =>
        classes.some((detectorClass) => matches({ tenant, asset: undefined, detectorClass, detector })),
      ),
    agents: () => facts.agents.filter(({ record, asset }) => isIn(record.tenant, asset)),
    detections: () =>
      facts.detections.filter(({ tenant, detectorClass, detector }) =>
        matches({ tenant, asset: undefined, detectorClass, detector }),
      ),
    incidents: () => slicedIncidents(facts, matches),
    assets: () => slicedAssets(facts.assets, filter),
    sources: () => facts.sources.filter(({ tenant }) => isIn(tenant)),
    exercises: () => facts.exercises.filter(({ tenant }) => isIn(testedTenant(tenant))),
  });
}

/** An incident is where the episode is that it is about; one about none is nobody's in particular. */
function slicedIncidents(
  { incidents, episodes }: SliFacts,
  matches: ReturnType<typeof matcherOf>,
): SliFacts['incidents'] {
  if (incidents.length === 0) return [];
  const subjects = new Set(incidents.map((record) => declaredIncident(record)?.subjectId));
  const views = new Map<string, EpisodeView>();
  for (const view of episodes) if (subjects.has(view.episode.id)) views.set(view.episode.id, view);
  return incidents.filter((record) => {
    const view = views.get(declaredIncident(record)?.subjectId ?? '');
    return matches(view ? labelsOf(view) : { tenant: record.tenant, asset: undefined });
  });
}

/** A digest is in when something that runs it is. */
function slicedArtifact(view: ArtifactView, isIn: (tenant: string, asset?: Asset) => boolean): ArtifactView[] {
  const { record } = view;
  const assets = view.assets.filter((asset) => isIn(record.tenant, asset));
  if (assets.length === 0) return [];
  const ids = new Set(assets.map((asset) => asset.ref.id));
  const seen = Object.fromEntries(Object.entries(record.seen).filter(([id]) => ids.has(id)));
  return [{ record: { ...record, seen }, assets }];
}

/** Severity, detector and its class choose among an asset's episodes, the other labels among the assets. */
function slicedAssets(views: Many<AssetView>, filter: SliFilter): Many<AssetView> {
  const { severity, detector_class, detector, ...ofAsset } = filter;
  const isAssetIn = matcherOf(ofAsset);
  const isEpisodeIn = matcherOf({
    ...(severity && { severity }),
    ...(detector_class && { detector_class }),
    ...(detector && { detector }),
  });
  const sliced = views.filter(({ asset }) => isAssetIn({ tenant: asset.tenant, asset }));
  if (!severity && !detector_class && !detector) return sliced;
  return sliced.flatMap((view) => ({
    asset: view.asset,
    watched: view.watched,
    segments: view.segments,
    declaredBy: view.declaredBy,
    episodes: view.episodes.filter((episode) => {
      const { tenant, severity: level, detectorClass, detector: tool } = episode;
      return isEpisodeIn({ tenant, asset: view.asset, severity: level, detectorClass, detector: tool });
    }),
  }));
}

/** The facts in the window (fromMs, toMs], with episodes as they stood at its end; `latestMs`: nothing of them is later. */
export function inputAt(
  facts: SliFacts,
  { fromMs, toMs, latestMs }: { fromMs: number; toMs: number; latestMs: number },
  policy: SliPolicy,
): SliInput {
  const then = lazily({
    episodes: () => (toMs >= latestMs ? facts.episodes : episodesAt(facts.episodes, toMs)),
  });
  return Object.create(facts, {
    ...Object.getOwnPropertyDescriptors({ fromMs, toMs, policy }),
    episodes: { get: () => then.episodes },
  });
}

/** An estate's episodes are rows of its table. */
function episodesAt(views: Many<EpisodeView>, atMs: number): Many<EpisodeView> {
  return (views as RowViews<EpisodeView>).as((view) => (view as unknown as EpisodeRow).at(atMs)?.view ?? null);
}
