import type {
  AssetRef,
  Decoded,
  Envelope,
  FindingVerdict,
  FormatAdapter,
  Json,
  JsonObject,
  Severity,
} from '@cnapp-slo/model';
import { clusterOf, groupOfApiVersion, imageAsset, kubernetesAsset, workloadAsset } from '../canonical-id.ts';
import { contentId } from '../content-id.ts';
import { accept, reject } from '../observe.ts';
import { evidence, isObject, num, obj, objects, str } from '../read.ts';
import { type Reported, scanReport } from '../scan-report.ts';
import { severityOf } from '../severity.ts';
import { eventTime } from '../time.ts';
import { joinAdvisory, vulnerabilityDiscriminator } from '../vulnerability.ts';

/** Kubescape's posture reports and the operator's resources. Sources: github.com/kubescape/opa-utils reporthandling, kubescape.io/docs/operator. */
export const kubescape: FormatAdapter = {
  id: 'kubescape',
  stability: 'beta',
  matches: (doc) =>
    isObject(doc) &&
    ((str(doc, 'apiVersion')?.startsWith('spdx.softwarecomposition.kubescape.io/') === true &&
      !/^SBOM/.test(str(doc, 'kind') ?? '')) ||
      (isObject(doc.summaryDetails) && 'controls' in doc.summaryDetails) ||
      ('clusterName' in doc && 'reportGUID' in doc) ||
      (isObject(doc.summaryDetails) && 'generationTime' in doc)),
  decode,
};

function decode(doc: Json, envelope: Envelope): Decoded {
  if (!isObject(doc)) return reject('kubescape.schema', 'not an object');
  return str(doc, 'apiVersion') === undefined ? postureReport(doc, envelope) : operatorResource(doc, envelope);
}

function postureReport(doc: JsonObject, envelope: Envelope): Decoded {
  const target = obj(doc, 'metadata', 'targetMetadata');
  const cluster = clusterOf(envelope) ?? str(doc, 'clusterName') ?? contextOf(target);
  const atMs = eventTime(envelope, doc.generationTime);
  // A run may be of one framework only: it says nothing about the controls of others.
  const frameworks = objects(doc, 'summaryDetails', 'frameworks').flatMap((framework) => str(framework, 'name') ?? []);
  const scope = ['kubescape', cluster ?? filesOf(target, envelope), ...frameworks.sort()].join('/');
  const controls = obj(doc, 'summaryDetails', 'controls');
  const objectsById = new Map(
    objects(doc, 'resources').map((resource) => [str(resource, 'resourceID'), obj(resource, 'object')]),
  );
  const lines = objects(doc, 'results').flatMap((result) => {
    const id = str(result, 'resourceID') ?? '_';
    const asset = assetOfResource(id, objectsById.get(id), cluster);
    return objects(result, 'controls').map((control) =>
      controlLine(control, obj(controls, str(control, 'controlID') ?? '_'), asset),
    );
  });
  const scanId = str(doc, 'reportGUID') ?? contentId([scope, atMs, lines.length]);
  return accept(
    ...scanReport(
      { detector: 'kubescape', detectorClass: 'posture', scope, scanId, atMs, complete: true, absenceCloses: true },
      lines,
    ),
  );
}

/** The kubeconfig's context: EKS names it by its ARN. */
function contextOf(target: JsonObject): string | undefined {
  return str(target, 'clusterContextMetadata', 'contextName')?.replace(/^arn:aws[a-z-]*:eks:[^:]+:\d+:cluster\//, '');
}

/** What a scan of files was of. */
function filesOf(target: JsonObject, envelope: Envelope): string {
  return (
    str(envelope.resource, 'vcs.repository.url.full') ??
    str(target, 'gitRepoContextMetadata', 'remoteURL') ??
    str(target, 'directoryContextMetadata', 'basePath') ??
    str(target, 'fileContextMetadata', 'filePath') ??
    '_'
  );
}

function controlLine(control: JsonObject, summary: JsonObject, asset: AssetRef): Reported {
  const rule = str(control, 'controlID') ?? str(summary, 'controlID') ?? '_';
  const title = str(control, 'name') ?? str(summary, 'name') ?? rule;
  return {
    rule,
    title,
    asset,
    verdict: verdictOf(control),
    severity: severityOfFactor(num(summary, 'scoreFactor') ?? num(control, 'scoreFactor')),
    detectorClass: /^C-00(07|15|31|35|37|63|65|88)$/.test(rule) ? 'identity_config' : 'posture',
    ...evidence({ control: title }),
  };
}

/** Old reports have the status on each rule only; exceptions accept, irrelevant and manual reviews prove nothing. */
function verdictOf(control: JsonObject): FindingVerdict {
  const status =
    str(control, 'status', 'status') ??
    str(control, 'statusInfo', 'status') ??
    str(control, 'status') ??
    statusOfRules(control);
  const sub = str(control, 'status', 'subStatus') ?? str(control, 'statusInfo', 'subStatus') ?? '';
  if (/exception/.test(sub) || status === 'excluded') return 'suppressed';
  if (status === 'passed') return 'pass';
  return status === 'failed' ? 'fail' : 'not_applicable';
}

function statusOfRules(control: JsonObject): string {
  const statuses = objects(control, 'rules').map((rule) => str(rule, 'status'));
  if (statuses.includes('failed')) return 'failed';
  return statuses.includes('passed') ? 'passed' : 'skipped';
}

function severityOfFactor(factor: number | undefined): Severity {
  if (factor === undefined || factor <= 0 || factor > 10) return 'unknown';
  if (factor >= 9) return 'critical';
  if (factor >= 7) return 'high';
  return factor >= 4 ? 'medium' : 'low';
}

/** `path=<hash>/api=apps/v1/<ns>/<kind>/<name>` of files, `apps/v1/ns/kind/name` or `/v1/ns/kind/name` of clusters. */
function assetOfResource(id: string, object: JsonObject | undefined, cluster: string | undefined): AssetRef {
  const api = id.includes('api=') ? id.slice(id.indexOf('api=') + 4) : id;
  const parts = api.split('/');
  const [kind, name] = [parts.at(-2), parts.at(-1)];
  const reference = {
    cluster,
    group:
      groupOfApiVersion(str(object, 'apiVersion')) ??
      (parts.length >= 5 ? (parts[0] === '' ? 'core' : parts[0]) : undefined),
    kind: str(object, 'kind') ?? kind ?? '_',
    namespace: str(object, 'metadata', 'namespace') ?? (parts.at(-3) === '' ? undefined : parts.at(-3)),
    name: str(object, 'metadata', 'name') ?? name ?? '_',
  };
  return workloadAsset(reference);
}

/** The operator's resources: configuration scans with severities a control, vulnerability manifests of an image, and summaries, which only count. */
function operatorResource(doc: JsonObject, envelope: Envelope): Decoded {
  const kind = str(doc, 'kind') ?? '';
  const cluster = clusterOf(envelope);
  const labels = obj(doc, 'metadata', 'labels');
  const annotations = obj(doc, 'metadata', 'annotations');
  const asset = workloadOfWlid(str(annotations, 'kubescape.io/wlid'), cluster) ?? fromLabels(labels, doc, envelope);
  const atMs = eventTime(
    envelope,
    str(doc, 'spec', 'metadata', 'report', 'createdAt'),
    str(doc, 'metadata', 'creationTimestamp'),
  );
  const scope = `kubescape/${kind}/${asset.id}`;
  const scan = {
    detector: 'kubescape',
    scope,
    scanId: str(doc, 'metadata', 'resourceVersion') ?? contentId([scope, atMs]),
    atMs,
    complete: true,
    absenceCloses: true,
  };
  const matches = objects(doc, 'spec', 'payload', 'matches');
  if (/VulnerabilityManifest$/.test(kind) && (matches.length > 0 || isObject(obj(doc, 'spec').payload))) {
    return accept(
      ...scanReport(
        { ...scan, detectorClass: 'vulnerability' },
        matches.map((match) => matchLine(match, asset, annotations)),
      ),
    );
  }
  const controls = obj(doc, 'spec', 'controls');
  if (/Scan$/.test(kind) && Object.keys(controls).length > 0) {
    const lines = Object.values(controls)
      .filter(isObject)
      .map((control) => ({
        ...controlLine(control, control, asset),
        severity: severityOfFactor(num(control, 'severity', 'scoreFactor')),
      }));
    return accept(...scanReport({ ...scan, detectorClass: 'posture' }, lines));
  }
  return accept({ kind: 'activity', action: `kubescape:${kind}`, atMs, asset });
}

function matchLine(match: JsonObject, asset: AssetRef, annotations: JsonObject): Reported {
  const rule =
    joinAdvisory([
      str(match, 'vulnerability', 'id'),
      ...objects(match, 'relatedVulnerabilities').map((related) => str(related, 'id')),
    ]) ?? 'unknown-vulnerability';
  const name = str(match, 'artifact', 'name');
  return {
    rule,
    title: `${rule} in ${name ?? 'a package'}`,
    asset,
    discriminator: vulnerabilityDiscriminator(name, rule),
    verdict: 'fail',
    severity: severityOf(obj(match, 'vulnerability').severity),
    ...evidence({
      package: name,
      installed_version: str(match, 'artifact', 'version'),
      digest: str(annotations, 'kubescape.io/image-id'),
    }),
  };
}

/** `wlid://cluster-c/namespace-ns/deployment-web`. */
function workloadOfWlid(wlid: string | undefined, cluster: string | undefined): AssetRef | undefined {
  const match = /^wlid:\/\/cluster-([^/]+)\/namespace-([^/]+)\/([a-z]+)-(.+)$/i.exec(wlid ?? '');
  if (match === null) return undefined;
  return workloadAsset({
    cluster: cluster ?? match[1],
    namespace: match[2],
    kind: match[3] ?? '_',
    name: match[4] ?? '_',
  });
}

function fromLabels(labels: JsonObject, doc: JsonObject, envelope: Envelope): AssetRef {
  const cluster = clusterOf(envelope);
  const kind = str(labels, 'kubescape.io/workload-kind');
  const name = str(labels, 'kubescape.io/workload-name');
  if (kind !== undefined && name !== undefined) {
    return workloadAsset({
      cluster,
      group: str(labels, 'kubescape.io/workload-api-group'),
      kind,
      namespace: str(labels, 'kubescape.io/workload-namespace'),
      name,
    });
  }
  // A manifest that serves every workload of an image is about the image.
  const image =
    str(doc, 'metadata', 'annotations', 'kubescape.io/image-tag') ??
    str(doc, 'metadata', 'annotations', 'kubescape.io/image-id') ??
    str(doc, 'spec', 'payload', 'source', 'target', 'userInput');
  if (image !== undefined) return imageAsset(image);
  return kubernetesAsset({
    cluster,
    group: groupOfApiVersion(str(doc, 'apiVersion')),
    kind: str(doc, 'kind') ?? '_',
    namespace: str(doc, 'metadata', 'namespace'),
    name: str(doc, 'metadata', 'name') ?? '_',
  });
}
