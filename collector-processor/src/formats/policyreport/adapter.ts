import type { AssetRef, Decoded, Envelope, FindingVerdict, FormatAdapter, Json, JsonObject } from '@cnapp-slo/model';
import { clusterOf, groupOfApiVersion, kubernetesAsset, workloadAsset } from '../canonical-id.ts';
import { contentId } from '../content-id.ts';
import { accept, finding, reject } from '../observe.ts';
import { at, evidence, firstStr, isObject, num, obj, objects, str } from '../read.ts';
import { type Reported, scanReport } from '../scan-report.ts';
import { severityOf } from '../severity.ts';
import { eventTime, parseTime } from '../time.ts';
import { vulnerabilityDiscriminator } from '../vulnerability.ts';

/** PolicyReports of all API groups (wgpolicyk8s.io, reports.x-k8s.io, openreports.io). Source: github.com/kubernetes-sigs/wg-policy-prototypes, openreports/reports-api. */
export const policyreport: FormatAdapter = {
  id: 'policyreport',
  stability: 'beta',
  matches: (doc) =>
    isObject(doc) &&
    (/^(wgpolicyk8s\.io|reports\.x-k8s\.io|openreports\.io)\//.test(str(doc, 'apiVersion') ?? '') ||
      /^(Cluster)?PolicyReport$/.test(str(doc, 'kind') ?? '')),
  decode,
};

/** Engines whose results are alerts: what they no longer list has not passed. */
const RUNTIME = /^(falco|kubearmor|tetragon|tracee)/;

const VERDICTS: Record<string, FindingVerdict> = {
  pass: 'pass',
  fail: 'fail',
  warn: 'fail',
  error: 'error',
  skip: 'not_applicable',
};

function decode(doc: Json, envelope: Envelope): Decoded {
  if (!isObject(doc)) return reject('policyreport.schema', 'not an object');
  // A deleted report means a deleted resource, which the audit log or the inventory says.
  if (str(envelope.attributes, 'k8s.watch.type') === 'DELETED') return accept();
  const results = objects(doc, 'results');
  const times = results.map((result) => timeOf(result)).filter((ms) => ms !== undefined);
  const atMs = times.length > 0 ? Math.max(...times) : eventTime(envelope, str(doc, 'metadata', 'creationTimestamp'));
  const cluster = clusterOf(envelope);
  const name = str(doc, 'metadata', 'name') ?? '_';
  const namespace = str(doc, 'metadata', 'namespace');
  const detector = detectorOfReport(doc, results);
  const scope = ['policyreport', cluster ?? '_', namespace ?? '_', name].join('/');
  const lines = results.flatMap((result) => linesOf(result, doc, envelope, atMs));
  if (RUNTIME.test(detector)) {
    return accept(
      ...lines.map((line) =>
        finding({ detector, detectorClass: 'runtime', ...line, scope: undefined, scanId: undefined }),
      ),
    );
  }
  const isOfImages = lines.length > 0 && lines.every((line) => line.detectorClass === 'vulnerability');
  const scan = {
    detector,
    detectorClass: isOfImages ? ('vulnerability' as const) : ('posture' as const),
    scope,
    scanId: str(doc, 'metadata', 'resourceVersion') ?? contentId([scope, atMs]),
    atMs,
    complete: listsAll(doc, results),
    absenceCloses: true,
  };
  return accept(...scanReport(scan, lines));
}

/** A report may be limited in its results (`configuration.limits`): its summary counts all. */
function listsAll(doc: JsonObject, results: JsonObject[]): boolean {
  const counts = Object.values(obj(doc, 'summary')).filter((count) => typeof count === 'number');
  return counts.reduce((sum, count) => sum + count, 0) <= results.length;
}

function detectorOfReport(doc: JsonObject, results: JsonObject[]): string {
  const source =
    str(results[0], 'source') ??
    str(doc, 'source') ??
    str(doc, 'metadata', 'labels', 'wgpolicyk8s.io/engine') ??
    str(doc, 'metadata', 'labels', 'app.kubernetes.io/managed-by');
  return (source ?? 'policyreport').toLowerCase().replace(/[^a-z0-9]+/g, '-');
}

function linesOf(
  result: JsonObject,
  doc: JsonObject,
  envelope: Envelope,
  reportMs: number,
): (Reported & { atMs: number })[] {
  const subjects = [...objects(result, 'resources'), ...objects(result, 'subjects')];
  const scope = obj(doc, 'scope');
  // Since Kyverno 1.11 there is one report a resource, with the subject in `scope`.
  const targets =
    subjects.length > 0
      ? subjects
      : [Object.keys(scope).length > 0 ? scope : (objects(doc, 'metadata', 'ownerReferences')[0] ?? podOf(result))];
  const named = severityOf(result.severity);
  return targets.map((target) => ({
    ...identityOf(result),
    title: str(result, 'message')?.slice(0, 200) ?? str(result, 'description') ?? str(result, 'policy') ?? '_',
    asset: subjectAsset(target, doc, envelope),
    verdict: verdictOf(result),
    severity: named === 'unknown' ? severityOf(at(result, 'properties', 'severity')) : named,
    atMs: timeOf(result) ?? reportMs,
    ...evidence({
      message: str(result, 'message'),
      category: str(result, 'category') ?? str(result, 'properties', 'category'),
      result: str(result, 'result'),
    }),
  }));
}

/**
 * Policy and rule. Trivy's reports name the advisory instead, and the package among the properties; benchmarks (kube-bench) have the number of the check
 * there, since their policies and rules are chapters.
 */
function identityOf(result: JsonObject): Pick<Reported, 'rule' | 'discriminator' | 'detectorClass'> {
  const policy = str(result, 'policy') ?? '_';
  const properties = obj(result, 'properties');
  const advisory = str(properties, 'VulnerabilityID') ?? (ADVISORY.test(policy) ? policy : undefined);
  if (advisory !== undefined) {
    const name = firstStr(properties, 'PkgName', 'resource') ?? str(result, 'category');
    const discriminator = vulnerabilityDiscriminator(name, advisory);
    return { rule: advisory, discriminator, detectorClass: 'vulnerability' };
  }
  const rule = str(result, 'rule');
  const index = str(properties, 'index');
  return {
    rule: rule === undefined ? policy : `${policy}/${rule}`,
    ...(index === undefined ? {} : { discriminator: index }),
  };
}

const ADVISORY = /^(CVE-\d{4}-\d{4,}|GHSA(-[a-z0-9]{4}){3})$/;

/** A rule is skipped where its preconditions do not hold, and where an exception is made for the resource. */
function verdictOf(result: JsonObject): FindingVerdict {
  const word = (str(result, 'result') ?? str(result, 'status') ?? 'fail').toLowerCase();
  const isExcepted =
    str(result, 'properties', 'exceptions') !== undefined || /policy exception/i.test(str(result, 'message') ?? '');
  return word === 'skip' && isExcepted ? 'suppressed' : (VERDICTS[word] ?? 'error');
}

/** Runtime engines (KubeArmor) name the pod in the result's properties. */
function podOf(result: JsonObject): JsonObject {
  const name = str(result, 'properties', 'pod_name');
  if (name === undefined) return {};
  return { kind: 'Pod', apiVersion: 'v1', name, namespace: str(result, 'properties', 'namespace_name') ?? null };
}

function timeOf(result: JsonObject): number | undefined {
  const seconds = num(result, 'timestamp', 'seconds');
  return seconds === undefined ? parseTime(result.timestamp) : parseTime(seconds);
}

function subjectAsset(target: JsonObject, doc: JsonObject, envelope: Envelope): AssetRef {
  const name = str(target, 'name');
  const cluster = clusterOf(envelope);
  // Benchmarks over a node or the whole cluster name no object.
  if (name === undefined)
    return {
      id: `${cluster ?? '_'}/_/cluster/_/_`,
      kind: 'cluster',
      provider: 'kubernetes',
      ...(cluster === undefined ? {} : { cluster }),
    };
  const kind = str(target, 'kind') ?? '_';
  const object = {
    cluster,
    group: groupOfApiVersion(str(target, 'apiVersion')),
    kind,
    namespace: str(target, 'namespace') ?? str(doc, 'metadata', 'namespace'),
    name,
    uid: str(target, 'uid'),
  };
  return /^(pod|replicaset|job)$/i.test(kind) ? workloadAsset(object) : kubernetesAsset(object);
}
