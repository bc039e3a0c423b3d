import type {
  AssetRef,
  Decoded,
  DetectorClass,
  Envelope,
  FindingObservation,
  FormatAdapter,
  Json,
  JsonObject,
  Observation,
} from '@cnapp-slo/model';
import { clusterOf, workloadAsset } from '../canonical-id.ts';
import { contentId } from '../content-id.ts';
import { accept, finding, reject } from '../observe.ts';
import { bool, evidence, firstStr, isObject, num, obj, objects, str, strings } from '../read.ts';
import { severityOf } from '../severity.ts';
import { eventTime, parseTime } from '../time.ts';
import { misconfigurationRule } from '../trivy/report.ts';
import { joinAdvisory, vulnerabilityDiscriminator } from '../vulnerability.ts';

/** The trivy-operator's report resources, bare, in its webhook's wrapper or as a dictionary of lists. Source: aquasecurity.github.io/trivy-operator/docs/crds. */
export const trivyOperator: FormatAdapter = {
  id: 'trivy-operator',
  stability: 'beta',
  matches: (doc) =>
    isObject(doc) &&
    (isReport(doc) ||
      (isObject(doc.operatorObject) && isReport(doc.operatorObject)) ||
      Object.keys(doc).some((key) => key.endsWith('.aquasecurity.github.io'))),
  decode,
};

function isReport(doc: JsonObject): boolean {
  return str(doc, 'apiVersion')?.startsWith('aquasecurity.github.io/') === true;
}

function decode(doc: Json, envelope: Envelope): Decoded {
  if (!isObject(doc)) return reject('trivy-operator.schema', 'not an object');
  if (isReport(doc)) return decodeReport(doc, envelope);
  if (isObject(doc.operatorObject)) {
    // A deleted report means that the resource is gone or the report's time to live is over: neither is a fix.
    return str(doc, 'verb') === 'delete' ? accept() : decodeReport(doc.operatorObject, envelope);
  }
  const reports = Object.values(doc)
    .flatMap((list) => objects(list))
    .filter(isReport);
  return accept(...reports.flatMap((report) => decodeReport(report, envelope).observations));
}

function decodeReport(doc: JsonObject, envelope: Envelope): Decoded {
  if (str(envelope.attributes, 'k8s.watch.type') === 'DELETED') return accept();
  const kind = str(doc, 'kind') ?? '';
  const body = isObject(doc.report) ? doc.report : obj(doc, 'status');
  const atMs = eventTime(envelope, body.updateTimestamp, str(doc, 'metadata', 'creationTimestamp'));
  if (/Sbom/i.test(kind)) return sbomReport(doc, body, atMs);
  if (/Compliance/i.test(kind)) return complianceReport(doc, body, atMs, envelope);
  const asset = assetOf(doc, envelope);
  const container = label(doc, 'container.name');
  const scope = ['trivy-operator', kind, asset.id, ...(container === undefined ? [] : [container])].join('/');
  const scanId = contentId([
    kind,
    str(doc, 'metadata', 'name') ?? null,
    str(doc, 'metadata', 'namespace') ?? null,
    atMs,
  ]);
  const detectorClass = classOf(kind, asset);
  const common = { detector: 'trivy', detectorClass, asset, atMs, scope, scanId };
  const findings = [
    ...objects(body, 'vulnerabilities').map((item) => vulnerability(item, body, container, common)),
    ...objects(body, 'checks').map((item) => check(item, common)),
    ...objects(body, 'secrets').map((item) => secret(item, common)),
  ];
  const unique = new Map(findings.map((found) => [`${found.rule}|${found.discriminator ?? ''}`, found]));
  const digest = str(body, 'artifact', 'digest');
  const scan: Observation = {
    kind: 'scan',
    detector: 'trivy',
    detectorClass,
    scope,
    scanId,
    atMs,
    complete: true,
    absenceCloses: true,
    ...(digest === undefined ? {} : { digest }),
  };
  return accept(...unique.values(), scan);
}

type Common = Pick<FindingObservation, 'detector' | 'detectorClass' | 'asset' | 'atMs'> & {
  scope: string;
  scanId: string;
};

function classOf(kind: string, asset: AssetRef): DetectorClass {
  if (/Vulnerability/i.test(kind)) return 'vulnerability';
  if (/Secret/i.test(kind)) return 'secret';
  return /Rbac/i.test(kind) || /role/.test(asset.kind) ? 'identity_config' : 'posture';
}

function label(doc: JsonObject, name: string): string | undefined {
  const key = `trivy-operator.${name}`;
  return (
    str(doc, 'metadata', 'labels', key) ??
    str(doc, 'metadata', 'annotations', key) ??
    str(doc, 'metadata', 'annotations', `trivy-operator.aquasecurity.github.io/${name}`)
  );
}

/** Long names stand in an annotation, with their hash as the label; the owner reference has them, too. */
function assetOf(doc: JsonObject, envelope: Envelope): AssetRef {
  const owner = objects(doc, 'metadata', 'ownerReferences')[0];
  const object = {
    cluster: clusterOf(envelope),
    kind: label(doc, 'resource.kind') ?? str(owner, 'kind') ?? str(doc, 'kind') ?? '_',
    namespace: label(doc, 'resource.namespace') ?? str(doc, 'metadata', 'namespace'),
    name: label(doc, 'resource.name') ?? str(owner, 'name') ?? str(doc, 'metadata', 'name') ?? '_',
  };
  return workloadAsset(object);
}

function vulnerability(
  item: JsonObject,
  body: JsonObject,
  container: string | undefined,
  common: Common,
): FindingObservation {
  const rule = joinAdvisory([str(item, 'vulnerabilityID')]) ?? 'unknown-vulnerability';
  const name = str(item, 'resource');
  const link = str(item, 'primaryLink');
  return finding({
    ...common,
    rule,
    title: str(item, 'title') ?? `${rule} in ${name ?? 'a package'}`,
    discriminator: vulnerabilityDiscriminator(name, rule),
    verdict: 'fail',
    severity: severityOf(item.severity),
    advisoryPublishedMs: parseTime(item.publishedDate),
    links: link === undefined ? undefined : [{ rel: 'advisory', href: link }],
    ...evidence({
      package: name,
      installed_version: str(item, 'installedVersion'),
      fixed_version: str(item, 'fixedVersion'),
      score: num(item, 'score'),
      container,
      image: imageOf(body),
      digest: str(body, 'artifact', 'digest'),
    }),
  });
}

function imageOf(body: JsonObject): string | undefined {
  const repository = str(body, 'artifact', 'repository');
  if (repository === undefined) return undefined;
  const server = str(body, 'registry', 'server');
  const tag = str(body, 'artifact', 'tag');
  return `${server === undefined ? '' : `${server}/`}${repository}${tag === undefined ? '' : `:${tag}`}`;
}

function check(item: JsonObject, common: Common): FindingObservation {
  return finding({
    ...common,
    rule: misconfigurationRule(firstStr(item, 'checkID', 'id') ?? 'unknown'),
    title: str(item, 'title') ?? 'misconfiguration',
    verdict: bool(item, 'success') === true ? 'pass' : 'fail',
    severity: severityOf(item.severity),
    remediation: str(item, 'remediation'),
    ...evidence({ message: strings(item, 'messages')[0], description: str(item, 'description') }),
  });
}

function secret(item: JsonObject, common: Common): FindingObservation {
  const rule = str(item, 'ruleID') ?? 'unknown-secret';
  return finding({
    ...common,
    rule,
    title: str(item, 'title') ?? rule,
    discriminator: str(item, 'target'),
    verdict: 'fail',
    severity: severityOf(item.severity),
    ...evidence({ target: str(item, 'target'), category: str(item, 'category') }),
  });
}

function sbomReport(doc: JsonObject, body: JsonObject, atMs: number): Decoded {
  const digest = str(body, 'artifact', 'digest');
  const components = num(body, 'summary', 'componentsCount') ?? objects(body, 'components', 'components').length;
  const subject = imageOf(body) ?? str(doc, 'metadata', 'name') ?? '_';
  return accept({
    kind: 'sbom',
    subject,
    spec: 'cyclonedx',
    components,
    atMs,
    ...(digest === undefined ? {} : { digest }),
  });
}

/** Controls of a benchmark over the whole cluster: a control with failed checks fails. */
function complianceReport(doc: JsonObject, body: JsonObject, atMs: number, envelope: Envelope): Decoded {
  const cluster = clusterOf(envelope);
  const benchmark = str(doc, 'metadata', 'name') ?? 'compliance';
  const asset: AssetRef = {
    id: `${cluster ?? '_'}/_/cluster/_/_`,
    kind: 'cluster',
    provider: 'kubernetes',
    ...(cluster === undefined ? {} : { cluster, name: cluster }),
  };
  const summary = objects(body, 'summaryReport', 'controlCheck');
  const detail = objects(body, 'controlCheck');
  const scope = `trivy-operator/compliance/${cluster ?? '_'}/${benchmark}`;
  const findings = [...summary, ...detail].map((control) => {
    const details = objects(control, 'checkResults').flatMap((result) => objects(result, 'details'));
    const failed = num(control, 'totalFail') ?? details.filter((entry) => entry.status === 'FAIL').length;
    return finding({
      detector: 'trivy',
      detectorClass: 'posture',
      rule: `${benchmark}-${str(control, 'id') ?? '_'}`,
      title: str(control, 'name') ?? 'control',
      asset,
      verdict: failed > 0 ? 'fail' : 'pass',
      severity: severityOf(control.severity),
      atMs,
      scope,
      ...evidence({ failed }),
    });
  });
  // Some reports hold only counts.
  return accept(
    ...(findings.length === 0
      ? [{ kind: 'activity' as const, action: 'trivy-operator:compliance-report', atMs, asset }]
      : findings),
  );
}
