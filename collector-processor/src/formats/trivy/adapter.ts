import type { AssetRef, Decoded, Envelope, FormatAdapter, Json, JsonObject } from '@cnapp-slo/model';
import { clusterOf, hostAsset, imageDigest, kubernetesAsset, repositoryAsset, workloadAsset } from '../canonical-id.ts';
import { contentId } from '../content-id.ts';
import { accept, reject } from '../observe.ts';
import { isObject, objects, str, strings } from '../read.ts';
import { eventTime } from '../time.ts';
import { assetOfImage } from '../vulnerability.ts';
import { observeRun } from './report.ts';

/** Trivy's JSON reports: schema 2, the legacy array, `trivy k8s` in both shapes, GitHub dependency snapshots. Source: trivy.dev/docs, aquasecurity/trivy pkg/types/report.go. */
export const trivy: FormatAdapter = {
  id: 'trivy',
  stability: 'beta',
  matches(doc) {
    if (Array.isArray(doc)) return isObject(doc[0]) && 'Target' in doc[0];
    if (!isObject(doc)) return false;
    if (doc.SchemaVersion === 2 && ('ArtifactName' in doc || 'ArtifactType' in doc || 'Results' in doc)) return true;
    if (
      'ClusterName' in doc &&
      ('Resources' in doc || 'Vulnerabilities' in doc || 'Misconfigurations' in doc || 'Findings' in doc)
    )
      return true;
    return isSnapshot(doc);
  },
  decode,
};

function decode(doc: Json, envelope: Envelope): Decoded {
  if (Array.isArray(doc)) {
    const atMs = eventTime(envelope);
    const asset = artifactAsset(
      str(envelope.attributes, 'artifact.name') ?? str(doc[0], 'Target') ?? '_',
      'container_image',
      envelope,
    );
    return accept(
      ...observeRun({ asset, results: objects(doc), atMs, runId: contentId(doc), complete: true, envelope }),
    );
  }
  if (!isObject(doc)) return reject('trivy.schema', 'not an object');
  if (isSnapshot(doc))
    return accept({ kind: 'activity', action: 'trivy:dependency-snapshot', atMs: eventTime(envelope, doc.scanned) });
  if ('ClusterName' in doc) return clusterReport(doc, envelope);
  const name = str(doc, 'ArtifactName') ?? str(doc, 'Metadata', 'Reference') ?? '_';
  const type = str(doc, 'ArtifactType') ?? 'filesystem';
  const digests = strings(doc, 'Metadata', 'RepoDigests');
  const reference = digests[0] ?? strings(doc, 'Metadata', 'RepoTags')[0] ?? name;
  const asset =
    type === 'container_image'
      ? artifactAsset(looksLikePath(name) ? reference : name, type, envelope)
      : artifactAsset(name, type, envelope);
  const atMs = eventTime(envelope, doc.CreatedAt);
  const runId = str(doc, 'ReportID') ?? contentId([name, atMs, digests]);
  return accept(
    ...observeRun({
      asset,
      results: objects(doc, 'Results'),
      atMs,
      runId,
      complete: true,
      digest: imageDigest(digests[0]),
      envelope,
    }),
  );
}

/** Who the artifact's findings belong to: workload or image repository for an image, the repository for code, else the path or host. */
function artifactAsset(name: string, type: string, envelope: Envelope): AssetRef {
  if (type === 'container_image') return assetOfImage(name.replace(/ \([^)]*\)$/, ''), envelope);
  const repository =
    str(envelope.resource, 'vcs.repository.url.full') ?? str(envelope.attributes, 'vcs.repository.url.full');
  if (repository !== undefined) return repositoryAsset(repository);
  if (/^(https?:\/\/|git@)/.test(name)) return repositoryAsset(name);
  const host = str(envelope.resource, 'host.name');
  if (type === 'vm' || (host !== undefined && name === '/')) return hostAsset(host ?? name);
  if (type === 'cyclonedx' || type === 'spdx') return { id: `sbom:${name}`, kind: 'sbom', provider: 'other', name };
  const scope = str(envelope.resource, 'cnapp.scope') ?? str(envelope.resource, 'service.name');
  return { id: `path:${scope === undefined ? '' : `${scope}/`}${name}`, kind: 'source_tree', provider: 'other', name };
}

function looksLikePath(name: string): boolean {
  return /\.(tar|tar\.gz|tgz)$/.test(name) || name === '';
}

/** `trivy k8s`: results by workload. Control-plane components come without a namespace. */
function clusterReport(doc: JsonObject, envelope: Envelope): Decoded {
  const cluster = clusterOf(envelope) ?? clusterName(str(doc, 'ClusterName'));
  const atMs = eventTime(envelope, doc.CreatedAt);
  const runId = str(doc, 'ReportID') ?? contentId(doc);
  const groups = new Map<string, { asset: AssetRef; results: JsonObject[] }>();
  for (const key of ['Resources', 'Vulnerabilities', 'Misconfigurations', 'Findings']) {
    for (const resource of objects(doc, key)) {
      const object = {
        cluster,
        kind: str(resource, 'Kind') ?? '_',
        namespace: str(resource, 'Namespace'),
        name: str(resource, 'Name') ?? '_',
      };
      const asset = /^(pod|replicaset|job)$/i.test(object.kind) ? workloadAsset(object) : kubernetesAsset(object);
      const known = groups.get(asset.id);
      if (known === undefined) groups.set(asset.id, { asset, results: objects(resource, 'Results') });
      else known.results.push(...objects(resource, 'Results'));
    }
  }
  return accept(
    ...[...groups.values()].flatMap(({ asset, results }) =>
      observeRun({ asset, results, atMs, runId, complete: true, envelope }),
    ),
  );
}

function clusterName(name: string | undefined): string | undefined {
  return name === undefined ? undefined : (/^arn:aws[a-z-]*:eks:[^:]+:\d+:cluster\/(.+)$/.exec(name)?.[1] ?? name);
}

/** Trivy's `github` format: what a job depends on, without verdicts. */
function isSnapshot(doc: JsonObject): boolean {
  return isObject(doc.detector) && isObject(doc.manifests) && isObject(doc.job);
}
