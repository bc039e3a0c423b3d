import type { AssetRef, Decoded, Envelope, FormatAdapter, JsonObject } from '@cnapp-slo/model';
import { awsAsset, clusterOf, gcpAsset, hostAsset, workloadAsset } from '../canonical-id.ts';
import { contentId } from '../content-id.ts';
import { accept, finding, reject } from '../observe.ts';
import { at, evidence, isObject, num, obj, objects, str, strings } from '../read.ts';
import { scanReport } from '../scan-report.ts';
import { severityOf } from '../severity.ts';
import { eventTime, parseTime } from '../time.ts';
import { assetOfImage, joinAdvisory, vulnerabilityDiscriminator } from '../vulnerability.ts';
import { inspector } from './inspector.ts';
import { isWizAudit, isWizDetection, isWizIssue, wizAudit, wizDetection, wizIssue } from './wiz.ts';

/** Findings of CNAPP vendors and cloud scanners that have no folder of their own: Amazon Inspector, Artifact Analysis, kube-bench, Orca, Sysdig, Upwind, Wiz. */
export const cnappVendor: FormatAdapter = {
  id: 'cnapp-vendor',
  stability: 'alpha',
  matches: (doc) => isObject(doc) && SHAPES.some(([matches]) => matches(doc)),
  decode(doc, envelope) {
    const shape = isObject(doc) ? SHAPES.find(([matches]) => matches(doc)) : undefined;
    return isObject(doc) && shape !== undefined
      ? shape[1](doc, envelope)
      : reject('cnapp-vendor.schema', 'no known shape');
  },
};

type Shape = [matches: (doc: JsonObject) => boolean, decode: (doc: JsonObject, envelope: Envelope) => Decoded];

const SHAPES: Shape[] = [
  [
    (doc) => isObject(objects(doc, 'findings')[0]) && 'findingArn' in (objects(doc, 'findings')[0] ?? {}),
    (doc, envelope) => accept(...objects(doc, 'findings').flatMap((item) => inspector(item, envelope))),
  ],
  [(doc) => 'findingArn' in doc && 'severity' in doc, (doc, envelope) => accept(...inspector(doc, envelope))],
  [
    (doc) => 'package_vulnerability_summary' in doc || ('discovery_summary' in doc && 'image_summary' in doc),
    artifactAnalysis,
  ],
  [(doc) => Array.isArray(doc.tests) && 'node_type' in doc, kubeBench],
  [
    (doc) => 'Controls' in doc && 'Totals' in doc,
    (doc, envelope) =>
      accept(...objects(doc, 'Controls').flatMap((control) => kubeBench(control, envelope).observations)),
  ],
  [(doc) => Array.isArray(doc.panels) && 'schedule' in doc, sysdigReport],
  [
    (doc) =>
      'upwind_console_link' in doc ||
      ('first_seen_time' in doc && 'mitre_attacks' in doc) ||
      (isObject(doc.resource) && 'upwind_asset_id' in doc.resource),
    upwind,
  ],
  [
    (doc) => ('asset_unique_id' in doc && 'alert_source' in doc) || (isObject(doc.state) && 'alert_id' in doc.state),
    orca,
  ],
  [isWizAudit, wizAudit],
  [isWizDetection, wizDetection],
  [isWizIssue, wizIssue],
];

function artifactAnalysis(doc: JsonObject, envelope: Envelope): Decoded {
  const reference = str(doc, 'image_summary', 'fully_qualified_digest') ?? '_';
  const asset = assetOfImage(reference, envelope);
  const occurrences = Object.values(obj(doc, 'package_vulnerability_summary', 'vulnerabilities')).flatMap((list) =>
    objects(list),
  );
  const analysis = objects(doc, 'discovery_summary', 'discovery')[0];
  const atMs = eventTime(envelope, at(analysis, 'updateTime'), at(analysis, 'createTime'));
  const lines = occurrences.map((item) => {
    const body = obj(item, 'vulnerability');
    const rule =
      joinAdvisory([str(item, 'noteName')?.split('/').at(-1), str(body, 'shortDescription')]) ??
      'unknown-vulnerability';
    const affected = objects(body, 'packageIssue')[0];
    const name = str(affected, 'affectedPackage');
    return {
      rule,
      title: str(body, 'shortDescription') ?? rule,
      asset,
      discriminator: vulnerabilityDiscriminator(name, rule),
      verdict: 'fail' as const,
      severity: severityOf(body.effectiveSeverity ?? body.severity),
      ...evidence({
        package: name,
        installed_version: str(affected, 'affectedVersion', 'fullName'),
        fixed_version: str(affected, 'fixedVersion', 'fullName'),
        digest: str(doc, 'image_summary', 'digest'),
      }),
    };
  });
  const complete = /^(FINISHED_SUCCESS|COMPLETE)$/.test(str(analysis, 'discovery', 'analysisStatus') ?? 'COMPLETE');
  const scope = `artifact-analysis/${asset.id}/vuln`;
  return accept(
    ...scanReport(
      {
        detector: 'artifact-analysis',
        detectorClass: 'vulnerability',
        scope,
        scanId: contentId([reference, atMs]),
        atMs,
        complete,
        absenceCloses: true,
      },
      lines,
    ),
  );
}

/** CIS benchmark results on a node: FAIL and scored WARN are failures, manual ones prove nothing. */
function kubeBench(doc: JsonObject, envelope: Envelope): Decoded {
  const node = str(envelope.resource, 'k8s.node.name') ?? str(envelope.resource, 'host.name');
  const cluster = clusterOf(envelope);
  const asset: AssetRef =
    node === undefined
      ? { id: `${cluster ?? '_'}/_/cluster/_/_`, kind: 'cluster', provider: 'kubernetes' }
      : workloadAsset({ cluster, kind: 'node', name: node });
  const atMs = eventTime(envelope);
  const lines = objects(doc, 'tests').flatMap((test) =>
    objects(test, 'results').map((result) => {
      const status = str(result, 'status');
      return {
        rule: `CIS-${str(result, 'test_number') ?? '_'}`,
        title: str(result, 'test_desc') ?? 'check',
        asset,
        verdict:
          status === 'PASS' ? ('pass' as const) : status === 'FAIL' ? ('fail' as const) : ('not_applicable' as const),
        severity: 'medium' as const,
        remediation: str(result, 'remediation')?.slice(0, 500),
        ...evidence({ section: str(test, 'desc'), actual: str(result, 'actual_value') }),
      };
    }),
  );
  const scope = `kube-bench/${asset.id}/${str(doc, 'id') ?? '_'}`;
  return accept(
    ...scanReport(
      {
        detector: 'kube-bench',
        detectorClass: 'posture',
        scope,
        scanId: contentId([scope, atMs]),
        atMs,
        complete: true,
        absenceCloses: true,
      },
      lines,
    ),
  );
}

function sysdigReport(doc: JsonObject, envelope: Envelope): Decoded {
  const atMs = eventTime(envelope, doc.reportRunAt, doc.createdAt);
  return accept(
    ...objects(doc, 'panels')
      .flatMap((panel) => objects(panel, 'data'))
      .map((row) => {
        const rule =
          joinAdvisory([
            str(row, 'vulnerability_name'),
            str(row, 'vulnerability_id'),
            str(row, 'vuln_id'),
            str(row, 'vuln_name'),
          ]) ?? 'unknown-vulnerability';
        const name = str(row, 'scan_package_name');
        const kind = str(row, 'kubernetes_workload_type');
        const workload = str(row, 'kubernetes_workload_name');
        const asset =
          workload === undefined || kind === undefined
            ? assetOfImage(str(row, 'container_image') ?? '_', envelope)
            : workloadAsset({
                cluster: clusterOf(envelope) ?? str(row, 'kubernetes_cluster_name'),
                kind,
                namespace: str(row, 'kubernetes_namespace_name'),
                name: workload,
              });
        return finding({
          detector: 'sysdig',
          detectorClass: 'vulnerability',
          rule,
          title: `${rule} in ${name ?? 'a package'}`,
          asset,
          discriminator: vulnerabilityDiscriminator(name, rule),
          verdict: row.vuln_risk_accepted === true ? 'suppressed' : 'fail',
          severity: severityOf(row.vulnerability_severity ?? row.vuln_severity),
          atMs,
          advisoryPublishedMs: parseTime(row.vuln_disclosure_date),
          ...evidence({
            package: name,
            installed_version: str(row, 'scan_package_version'),
            image: str(row, 'container_image'),
          }),
        });
      }),
  );
}

function upwind(doc: JsonObject, envelope: Envelope): Decoded {
  const resource = obj(doc, 'resource');
  const posture = /misconfig|posture|cspm/i.test(`${str(doc, 'type') ?? ''} ${str(doc, 'category') ?? ''}`);
  const status = str(doc, 'status')?.toUpperCase();
  const closed = status !== undefined && /^(RESOLVED|CLOSED|ARCHIVED|DISMISSED)$/.test(status);
  const techniques = objects(doc, 'mitre_attacks')
    .map((attack) => str(attack, 'technique_id'))
    .filter((id) => id !== undefined);
  return accept(
    finding({
      detector: 'upwind',
      detectorClass: posture ? 'posture' : 'runtime',
      rule: str(doc, 'type') ?? str(doc, 'category') ?? 'detection',
      title: str(doc, 'title') ?? 'detection',
      asset: upwindAsset(resource, envelope),
      discriminator: str(doc, 'id'),
      verdict: closed ? (posture && status === 'RESOLVED' ? 'pass' : 'suppressed') : 'fail',
      severity: severityOf(doc.severity),
      atMs: eventTime(envelope, doc.last_seen_time, doc.first_seen_time),
      nativeId: str(doc, 'id'),
      techniques: techniques.length === 0 ? undefined : techniques,
      ...evidence({ description: str(doc, 'description'), occurrences: num(doc, 'occurrence_count') }),
    }),
  );
}

function upwindAsset(resource: JsonObject, envelope: Envelope): AssetRef {
  const name = str(resource, 'name') ?? str(resource, 'upwind_asset_id');
  const type = str(resource, 'type');
  if (name !== undefined && type !== undefined && WORKLOAD.test(type)) {
    const cluster = clusterOf(envelope) ?? str(resource, 'cluster_name') ?? str(resource, 'cluster_id');
    return workloadAsset({ cluster, kind: type, namespace: str(resource, 'namespace'), name });
  }
  const provider = str(resource, 'cloud_provider');
  return vendorAsset(provider, name, type, str(resource, 'cloud_account_id'), str(resource, 'region'));
}

function orca(doc: JsonObject, envelope: Envelope): Decoded {
  const state = obj(doc, 'state');
  const status = str(state, 'status');
  const cve = strings(doc, 'alert_labels').find((label) => /^CVE-/.test(label));
  const category = str(doc, 'category') ?? '';
  return accept(
    finding({
      detector: 'orca',
      detectorClass:
        cve !== undefined || /vulnerab/i.test(category)
          ? 'vulnerability'
          : /suspicious|malware|intrusion/i.test(category)
            ? 'runtime'
            : 'posture',
      rule: cve ?? str(doc, 'rule_id') ?? str(doc, 'type_key') ?? str(doc, 'type') ?? 'alert',
      title: str(doc, 'description') ?? str(doc, 'type_string') ?? 'alert',
      asset: orcaAsset(doc),
      discriminator: str(state, 'alert_id') ?? str(doc, 'alert_id'),
      verdict: status === 'closed' ? 'pass' : status === 'dismissed' || status === 'snoozed' ? 'suppressed' : 'fail',
      // `severity` has words of Orca's own and is replaced by the risk level.
      severity: severityOf(state.risk_level ?? state.severity ?? doc.severity),
      atMs: eventTime(envelope, state.last_updated, state.last_seen, state.created_at),
      nativeId: str(state, 'alert_id'),
      ...evidence({ details: str(doc, 'details'), category }),
    }),
  );
}

/** By the cloud's own account, region and id: `cloud_account_id` is Orca's. */
function orcaAsset(doc: JsonObject): AssetRef {
  const provider = str(doc, 'cloud_provider');
  const account = str(doc, 'cloud_vendor_id') ?? str(doc, 'cloud_provider_id');
  const zone = strings(doc, 'asset_availability_zones')[0];
  const vm = str(doc, 'vm_id');
  if (provider === 'gcp' && account !== undefined && zone !== undefined && vm !== undefined)
    return gcpAsset(`//compute.googleapis.com/projects/${account}/zones/${zone}/instances/${vm}`);
  return vendorAsset(
    provider,
    str(doc, 'asset_vendor_id') ?? str(doc, 'asset_unique_id') ?? str(doc, 'asset_name'),
    str(doc, 'asset_type_string') ?? str(doc, 'asset_type'),
    provider === 'aws' ? account : str(doc, 'cloud_account_id'),
    strings(doc, 'asset_regions')[0],
  );
}

const WORKLOAD = /^(pod|deployment|daemonset|statefulset|replicaset|job|cronjob)$/i;

function vendorAsset(
  provider: string | undefined,
  id: string | undefined,
  type: string | undefined,
  account: string | undefined,
  region: string | undefined,
): AssetRef {
  if (id === undefined) return hostAsset('_');
  if (provider?.toLowerCase() === 'aws') return awsAsset({ id, type, account, region });
  return {
    id: `${provider?.toLowerCase() ?? 'cloud'}:${account ?? '_'}:${id}`,
    kind: type?.toLowerCase() ?? 'resource',
    provider: 'other',
    name: id,
  };
}
