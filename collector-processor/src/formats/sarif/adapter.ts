import type {
  Decoded,
  DetectorClass,
  Envelope,
  FindingVerdict,
  FormatAdapter,
  Json,
  JsonObject,
  Severity,
} from '@cnapp-slo/model';
import { codeAsset } from '../code-asset.ts';
import { hashText } from '../content-id.ts';
import { accept, reject } from '../observe.ts';
import { at, bool, evidence, isObject, num, obj, objects, str, strings } from '../read.ts';
import { type Reported, scanReport } from '../scan-report.ts';
import { severityOf, severityOfScore } from '../severity.ts';
import { eventTime } from '../time.ts';
import { misconfigurationRule } from '../trivy/report.ts';
import { assetOfImage, joinAdvisory, vulnerabilityDiscriminator } from '../vulnerability.ts';

/** SARIF 2.1.0 of any tool. Source: docs.oasis-open.org/sarif/sarif/v2.1.0. */
export const sarif: FormatAdapter = {
  id: 'sarif',
  stability: 'beta',
  matches: (doc) =>
    isObject(doc) &&
    Array.isArray(doc.runs) &&
    (/sarif/i.test(str(doc, '$schema') ?? '') || str(doc, 'version')?.startsWith('2.') === true),
  decode,
};

function decode(doc: Json, envelope: Envelope): Decoded {
  if (!isObject(doc)) return reject('sarif.schema', 'not an object');
  return accept(...objects(doc, 'runs').flatMap((run) => decodeRun(run, envelope)));
}

function decodeRun(run: JsonObject, envelope: Envelope): Decoded['observations'] {
  const driver = obj(run, 'tool', 'driver');
  const tool = str(driver, 'name') ?? 'sarif';
  const detector = tool
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  const provenance = objects(run, 'versionControlProvenance')[0];
  const invocation = objects(run, 'invocations').at(-1);
  // The tag in a registry says more than the name that the scanner was given, which may be a file's.
  const image =
    str(run, 'properties', 'repoDigests', 0) ??
    str(run, 'properties', 'repoTags', 0) ??
    str(run, 'properties', 'imageName');
  const asset =
    image === undefined ? codeAsset(envelope, str(provenance, 'repositoryUri')) : assetOfImage(image, envelope);
  const atMs = eventTime(envelope, at(invocation, 'endTimeUtc'), at(invocation, 'startTimeUtc'));
  const category = str(run, 'automationDetails', 'id') ?? str(run, 'automationId', 'id');
  const detectorClass = classOf(tool);
  const rules = [
    ...objects(driver, 'rules'),
    ...objects(run, 'tool', 'extensions').flatMap((extension) => objects(extension, 'rules')),
  ];
  const byId = new Map(rules.map((rule) => [str(rule, 'id'), rule]));
  const ran = Array.isArray(run.results);
  const lines = objects(run, 'results').map((result): Reported => {
    const rule =
      byId.get(str(result, 'ruleId') ?? str(result, 'rule', 'id')) ??
      rules[num(result, 'ruleIndex') ?? num(result, 'rule', 'index') ?? -1] ??
      {};
    return lineOf(result, rule, detectorClass, asset);
  });
  const scope = [
    'sarif',
    detector,
    asset.id,
    ...(category === undefined ? [] : [category.replace(/\/[^/]*$/, '')]),
  ].join('/');
  const baselined = objects(run, 'results').some((result) => result.baselineState !== undefined);
  return scanReport(
    {
      detector,
      detectorClass,
      scope,
      scanId: str(run, 'automationDetails', 'guid') ?? category ?? `${scope}@${atMs}`,
      atMs,
      // No `results` at all means that the tool did not run to its end.
      complete: ran && bool(invocation, 'executionSuccessful') !== false,
      absenceCloses: !baselined,
    },
    lines,
  );
}

function lineOf(
  result: JsonObject,
  rule: JsonObject,
  detectorClass: DetectorClass,
  asset: Reported['asset'],
): Reported {
  const id = str(result, 'ruleId') ?? str(result, 'rule', 'id') ?? str(rule, 'id') ?? 'unknown';
  const place = obj(objects(result, 'locations')[0], 'physicalLocation');
  const uri = str(place, 'artifactLocation', 'uri');
  const tagged = classOfRule(rule);
  const kind = tagged ?? detectorClass;
  const advisory = kind === 'vulnerability' ? joinAdvisory([id]) : undefined;
  const message = str(result, 'message', 'text');
  return {
    rule: advisory ?? (tagged === 'iac' ? misconfigurationRule(id) : id),
    detectorClass: kind,
    title: str(rule, 'shortDescription', 'text') ?? str(rule, 'name') ?? message?.slice(0, 200) ?? id,
    asset,
    discriminator:
      advisory === undefined
        ? fingerprint(result, uri, place)
        : vulnerabilityDiscriminator(/Package:\s*(\S+)/.exec(message ?? '')?.[1] ?? uri, advisory),
    verdict: verdictOf(result),
    severity: severityOfResult(result, rule),
    remediation: str(rule, 'help', 'text')?.slice(0, 500),
    ...evidence({ file: uri, start_line: num(place, 'region', 'startLine'), message }),
  };
}

/** `fingerprints` before `partialFingerprints` before file and snippet: line numbers move. */
function fingerprint(result: JsonObject, uri: string | undefined, place: JsonObject): string {
  const own = Object.values(obj(result, 'fingerprints')).find((value) => typeof value === 'string');
  const partial =
    str(result, 'partialFingerprints', 'primaryLocationLineHash') ??
    Object.values(obj(result, 'partialFingerprints')).find((value) => typeof value === 'string');
  const snippet = str(place, 'region', 'snippet', 'text');
  if (typeof own === 'string') return own;
  if (typeof partial === 'string') return `${uri ?? '_'} ${partial}`;
  return `${uri ?? '_'} ${snippet === undefined ? (num(place, 'region', 'startLine') ?? 0) : hashText(snippet)}`;
}

/** `absent` is resolved; suppressions without a status are accepted, and one under review or rejected keeps the result open. */
function verdictOf(result: JsonObject): FindingVerdict {
  if (result.baselineState === 'absent') return 'pass';
  const suppressions = objects(result, 'suppressions');
  if (suppressions.length > 0 && suppressions.every(({ status }) => status === undefined || status === 'accepted'))
    return 'suppressed';
  const kind = str(result, 'kind') ?? 'fail';
  if (kind === 'pass') return 'pass';
  return kind === 'fail' || kind === 'open' || kind === 'review' ? 'fail' : 'not_applicable';
}

function severityOfResult(result: JsonObject, rule: JsonObject): Severity {
  const score = num(rule, 'properties', 'security-severity') ?? num(result, 'properties', 'security-severity');
  if (score !== undefined) return severityOfScore(score);
  const word = severityOf(at(result, 'properties', 'severity') ?? at(rule, 'properties', 'severity'));
  if (word !== 'unknown') return word;
  return severityOf(result.level ?? at(rule, 'defaultConfiguration', 'level') ?? 'warning');
}

const CLASS_OF_TAG: Record<string, DetectorClass> = {
  vulnerability: 'vulnerability',
  misconfiguration: 'iac',
  secret: 'secret',
};

/** Trivy's rules are tagged with the scanner that they belong to. */
function classOfRule(rule: JsonObject): DetectorClass | undefined {
  return strings(rule, 'properties', 'tags')
    .map((tag) => CLASS_OF_TAG[tag])
    .find((kind) => kind !== undefined);
}

function classOf(tool: string): DetectorClass {
  if (/trivy|grype|snyk|osv|dependency|anchore/i.test(tool)) return 'vulnerability';
  if (/gitleaks|secret|trufflehog|detect-secrets/i.test(tool)) return 'secret';
  if (/checkov|kics|tfsec|terrascan|dockle|hadolint|kube|terraform|prowler/i.test(tool)) return 'iac';
  return 'sast';
}
