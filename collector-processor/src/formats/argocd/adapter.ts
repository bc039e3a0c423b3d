import type { AssetRef, Decoded, Envelope, FormatAdapter, Json, JsonObject, Observation } from '@cnapp-slo/model';
import { clusterOf, kubernetesAsset, repositoryAsset } from '../canonical-id.ts';
import { accept, actorOf, change, finding, reject } from '../observe.ts';
import { bool, evidence, isObject, obj, objects, str, strings } from '../read.ts';
import { eventTime, parseTime } from '../time.ts';

/** Argo CD Applications and Argo Rollouts: a comparison a resource, and the sync that was last carried out. Source: argo-cd.readthedocs.io, pkg/apis/application/v1alpha1. */
export const argocd: FormatAdapter = {
  id: 'argocd',
  stability: 'beta',
  matches: (doc) =>
    isObject(doc) &&
    ((/^argoproj\.io\//.test(str(doc, 'apiVersion') ?? '') &&
      /^(Application|Rollout|AppProject|ApplicationSet)$/.test(str(doc, 'kind') ?? '')) ||
      isBareApplication(doc)),
  decode,
};

/** The API and `argocd app get -o json` leave version and kind away. */
function isBareApplication(doc: JsonObject): boolean {
  return (
    doc.kind === undefined &&
    isObject(doc.metadata) &&
    isObject(doc.spec) &&
    isObject(doc.spec.destination) &&
    isObject(doc.status) &&
    isObject(doc.status.sync)
  );
}

function decode(doc: Json, envelope: Envelope): Decoded {
  if (!isObject(doc)) return reject('argocd.schema', 'not an object');
  const kind = str(doc, 'kind') ?? 'Application';
  if (kind === 'Application') return accept(...application(doc, envelope));
  return accept(
    kind === 'Rollout'
      ? rollout(doc, envelope)
      : { kind: 'activity', action: `argocd:${kind}`, atMs: eventTime(envelope) },
  );
}

function application(doc: JsonObject, envelope: Envelope): Observation[] {
  const status = obj(doc, 'status');
  const name = str(doc, 'metadata', 'name') ?? '_';
  const atMs = eventTime(envelope, status.reconciledAt, status.observedAt, str(status, 'operationState', 'finishedAt'));
  const scope = `argocd/${clusterOf(envelope) ?? '_'}/${name}`;
  const iac = sourceOf(doc);
  const observations: Observation[] = [];
  for (const resource of objects(status, 'resources')) {
    const state = str(resource, 'status');
    // Hooks and resources without a status are not compared; Unknown could not be.
    if (state === undefined || bool(resource, 'hook') === true) continue;
    const missing = str(resource, 'health', 'status') === 'Missing';
    observations.push(
      finding({
        detector: 'argocd',
        detectorClass: 'drift',
        rule: 'argocd_drift',
        title: `${str(resource, 'kind') ?? 'resource'} ${str(resource, 'name') ?? ''} is ${state}`,
        asset: resourceAsset(resource, doc, envelope),
        verdict: state === 'Synced' ? 'pass' : state === 'OutOfSync' ? 'fail' : 'error',
        severity: 'medium',
        atMs,
        scope,
        drift:
          state === 'OutOfSync'
            ? { kind: bool(resource, 'requiresPruning') === true ? 'unmanaged' : missing ? 'missing' : 'modified' }
            : undefined,
        context: iac === undefined ? undefined : { iac },
        ...evidence({ application: name, sync_status: state, health: str(resource, 'health', 'status') }),
      }),
    );
  }
  const sync = syncOperation(doc, envelope, name);
  if (sync !== undefined) observations.push(sync);
  observations.push({
    kind: 'scan',
    detector: 'argocd',
    detectorClass: 'drift',
    scope,
    scanId: `${name}@${atMs}`,
    atMs,
    complete: str(status, 'sync', 'status') !== 'Unknown' && objects(status, 'resources').length > 0,
    absenceCloses: false,
  });
  return observations;
}

function resourceAsset(resource: JsonObject, doc: JsonObject, envelope: Envelope): AssetRef {
  // The destination is where things live, the Application itself may be managed from another cluster.
  const cluster = clusterOf(envelope) ?? str(doc, 'spec', 'destination', 'name');
  return kubernetesAsset({
    cluster,
    group: str(resource, 'group') ?? 'core',
    kind: str(resource, 'kind') ?? '_',
    namespace: str(resource, 'namespace'),
    name: str(resource, 'name') ?? '_',
  });
}

function sourceOf(doc: JsonObject): { repository: string; path?: string; revision?: string } | undefined {
  const source = objects(doc, 'spec', 'source')[0] ?? objects(doc, 'spec', 'sources')[0];
  const url = str(source, 'repoURL');
  if (url === undefined) return undefined;
  const path = str(source, 'path');
  const revision = str(doc, 'status', 'sync', 'revision') ?? strings(doc, 'status', 'sync', 'revisions')[0];
  return {
    repository: repositoryAsset(url).id,
    ...(path === undefined ? {} : { path }),
    ...(revision === undefined ? {} : { revision }),
  };
}

/** The finished sync is a deploy; one by auto-sync is Argo CD's own. */
function syncOperation(doc: JsonObject, envelope: Envelope, name: string): Observation | undefined {
  const state = obj(doc, 'status', 'operationState');
  const finished = parseTime(state.finishedAt);
  const phase = str(state, 'phase');
  const isDry = bool(state, 'operation', 'sync', 'dryRun') === true;
  if (finished === undefined || phase === undefined || phase === 'Running' || isDry) return undefined;
  const revision = str(state, 'syncResult', 'revision') ?? strings(state, 'syncResult', 'revisions')[0];
  const source = sourceOf(doc);
  const user = str(state, 'operation', 'initiatedBy', 'username');
  const results = objects(state, 'syncResult', 'resources');
  return change({
    nativeId: `argocd:${name}:${revision ?? '_'}:${finished}`,
    changeKind: 'deploy',
    action: 'argocd:sync',
    atMs: finished,
    assets: results.map((resource) => resourceAsset(resource, doc, envelope)),
    actor: user === undefined ? actorOf('argocd', 'automation') : actorOf(user, 'human'),
    outcome: phase === 'Succeeded' ? 'success' : 'failure',
    service: name,
    title: `sync of ${name}: ${phase}`,
    vcs:
      source === undefined
        ? undefined
        : { repository: source.repository, ...(revision === undefined ? {} : { revision }) },
  });
}

function rollout(doc: JsonObject, envelope: Envelope): Observation {
  const asset = kubernetesAsset({
    cluster: clusterOf(envelope),
    group: 'argoproj.io',
    kind: 'Rollout',
    namespace: str(doc, 'metadata', 'namespace'),
    name: str(doc, 'metadata', 'name') ?? '_',
  });
  const conditions = objects(doc, 'status', 'conditions');
  // `Available` says only that enough replicas run; how the rollout goes stands in `Progressing`.
  const progress = conditions.find((condition) => condition.type === 'Progressing') ?? conditions[0];
  return {
    kind: 'activity',
    action: `argocd:rollout:${str(doc, 'status', 'phase') ?? str(progress, 'reason') ?? 'unknown'}`,
    atMs: eventTime(envelope, progress?.lastUpdateTime, progress?.lastTransitionTime),
    asset,
  };
}
