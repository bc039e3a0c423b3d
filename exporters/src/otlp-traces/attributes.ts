import type { Asset, AssetRef, Transition } from '@cnapp-slo/model';

export type SpanAttributes = Record<string, string | number | boolean | string[]>;

const CLOUD_PROVIDERS: Partial<Record<AssetRef['provider'], string>> = {
  aws: 'aws',
  azure: 'azure',
  gcp: 'gcp',
  oci: 'oracle_cloud',
};
/** Kinds that have a `k8s.<kind>.name` attribute. */
const KUBERNETES_KINDS = new Set([
  'deployment',
  'statefulset',
  'daemonset',
  'replicaset',
  'job',
  'cronjob',
  'pod',
  'node',
]);

/** What every span of an episode says: `cnapp.*`, and semantic conventions v1.44 for where and what. */
export function attributesOf({ episode, finding, asset, change }: Transition): SpanAttributes {
  return known({
    'cnapp.tenant': episode.tenant,
    'cnapp.episode.id': episode.id,
    'cnapp.episode.state': episode.state,
    'cnapp.episode.trigger': episode.trigger,
    'cnapp.episode.cohort': episode.cohort,
    'cnapp.episode.flaps': episode.flaps,
    'cnapp.episode.durable': episode.durable,
    'cnapp.episode.close_reason': episode.closeReason,
    'cnapp.verdict': episode.verdict,
    'cnapp.exercise': episode.exercise ? true : undefined,
    'cnapp.finding.id': finding.id,
    'cnapp.finding.title': finding.title,
    'cnapp.rule': episode.rule,
    'cnapp.detector': episode.detector,
    'cnapp.detector_class': episode.detectorClass,
    'cnapp.severity': episode.severity,
    'cnapp.change.id': change?.nativeId,
    'cnapp.change.action': change?.action,
    'vcs.repository.name': change?.vcs?.repository,
    'vcs.ref.head.revision': change?.vcs?.revision,
    'cicd.pipeline.run.id': change?.pipeline?.runId,
    'cicd.pipeline.run.url.full': change?.pipeline?.url,
    ...assetAttributes(asset?.ref ?? finding.asset, asset),
  });
}

function assetAttributes(ref: AssetRef, asset: Asset | undefined): Record<string, string | undefined> {
  const provider = CLOUD_PROVIDERS[ref.provider];
  return {
    'cnapp.asset.id': ref.id,
    'cnapp.asset.kind': ref.kind,
    'cnapp.asset.criticality': asset?.criticality,
    'cnapp.owner_team': asset?.team,
    'cnapp.service': asset?.context.service,
    'deployment.environment.name': asset?.context.environment,
    'cloud.provider': provider,
    'cloud.account.id': provider && ref.account,
    'cloud.region': provider && ref.region,
    'cloud.resource_id': provider && ref.id,
    'k8s.cluster.name': ref.cluster,
    'k8s.namespace.name': ref.namespace,
    ...(ref.provider === 'kubernetes' && KUBERNETES_KINDS.has(ref.kind) && { [`k8s.${ref.kind}.name`]: ref.name }),
  };
}

/** Unknown is left out. */
function known(attributes: Record<string, SpanAttributes[string] | undefined>): SpanAttributes {
  const entries = Object.entries(attributes);
  return Object.fromEntries(
    entries.filter((entry): entry is [string, SpanAttributes[string]] => entry[1] !== undefined),
  );
}
