import type { DetectionMark, Finding, NowMs, SamplingSources, SliReader, TierSubject } from '@cnapp-slo/model';
import { isExerciseTenant } from '@cnapp-slo/model';
import { type AssetState, relationsOf } from '../pipeline/asset-state.ts';
import type { EpisodeRow } from '../pipeline/episode-row.ts';
import { assetKey } from '../pipeline/facts.ts';
import type { FindingRow } from '../pipeline/finding-row.ts';
import type { Processor } from '../pipeline/processor.ts';

const STATE = 'sampling.promotions';
/** Tiers are the processor's, not one tenant's. */
const ROLLOUT_TENANT = 'default';

/** Says whether a finding's vulnerability is known to be exploited; null: nobody knows. */
type IsKnownExploited = (finding: Finding) => boolean | null;

/** What the sampler reads of the processor, and keeps in its store. */
export function samplingSources(
  processor: Processor,
  isKnownExploited: IsKnownExploited,
  slis: SliReader,
  nowMs: NowMs,
): SamplingSources {
  const { estate, store } = processor;
  return {
    *subjects() {
      for (const [key, state] of estate.assets) if (isSubject(state)) yield subjectOf(key, state);
    },
    subject(tenant, assetId) {
      const key = assetKey(tenant, assetId);
      const state = estate.assets.get(key);
      return state && isSubject(state) ? subjectOf(key, state) : null;
    },
    detections: (fromMs) => [...detections(estate.findings.rows(), fromMs)],
    *volumes() {
      for (const row of processor.sources.volumes.rows()) if (!isExerciseTenant(row.tenant)) yield row;
    },
    tiersChanged(tiers) {
      processor.sources.volumes.tiers = tiers;
    },
    load: () => store.meta(STATE),
    save: (state) => store.transaction(() => store.saveMeta(STATE, state)),
    rollouts: () => estate.records.list('rollout'),
    async tell(step) {
      await processor.declare(step, ROLLOUT_TENANT);
    },
    sliRatio: (id) => slis.get(id)?.ratio ?? null,
    subscribe: (listener) => processor.feed.subscribe(listener),
    nowMs,
  };

  function subjectOf(key: string, state: AssetState): TierSubject {
    const { ref, tenant, context } = state.asset;
    const open = estate.findings
      .onAsset(key)
      .filter(({ episodes }) => episodes.some((episode) => episode.state !== 'closed'));
    return {
      tenant,
      id: ref.id,
      kind: ref.kind,
      names: [ref.name, context.service, ...(ref.aliases ?? [])].filter((name) => name !== undefined),
      facts: {
        criticality: state.asset.criticality,
        dataClass: context.dataClass ?? null,
        exposure: context.exposure ?? null,
        isKnownExploited: open.some(({ finding }) => isKnownExploited(finding) === true),
        hasOpenIncident: open.some(({ episodes }) => episodes.some(isOpenAttack)),
      },
      neighbours: [
        ...relationsOf(state).map(({ to }) => to),
        ...[...estate.incidents.relatedTo(key)].flatMap((other) => estate.assets.assetOf(other)?.ref.id ?? []),
      ].filter((id) => estate.assets.has(assetKey(tenant, id))),
    };
  }
}

function isSubject({ asset, deletedMs }: AssetState): boolean {
  return !isExerciseTenant(asset.tenant) && deletedMs === null;
}

function isAttack({ detectorClass, exercise }: EpisodeRow): boolean {
  return !exercise && (detectorClass === 'runtime' || detectorClass === 'identity');
}

function isOpenAttack(episode: EpisodeRow): boolean {
  return isAttack(episode) && episode.state !== 'closed' && episode.verdict !== 'fp';
}

function* detections(findings: Iterable<FindingRow>, fromMs: number): Generator<DetectionMark> {
  for (const { finding, episodes } of findings) {
    for (const episode of episodes) {
      const atMs = episode.clocks.t_detect?.atMs ?? 0;
      if (!isAttack(episode) || atMs < fromMs) continue;
      yield {
        id: episode.id,
        assetId: finding.asset.id,
        atMs,
        isTrue: episode.verdict !== 'fp',
        detectorClass: episode.detectorClass,
      };
    }
  }
}
