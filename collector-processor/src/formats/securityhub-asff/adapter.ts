import type {
  Decoded,
  DetectorClass,
  Envelope,
  FindingVerdict,
  FormatAdapter,
  Json,
  JsonObject,
} from '@cnapp-slo/model';
import { assetOfResource, controlOf, detectorOf, regionOfAccount, threatType } from '../aws-finding.ts';
import { taggedWith } from '../inventory.ts';
import { accept, finding, reject } from '../observe.ts';
import { at, evidence, isObject, num, objects, str, strings } from '../read.ts';
import { severityOf } from '../severity.ts';
import { eventTime } from '../time.ts';
import { distinctPackages, joinAdvisory, vulnerabilityDiscriminator } from '../vulnerability.ts';

/** AWS Security Finding Format, version 2018-10-08, one finding a document. Source: docs.aws.amazon.com/securityhub/latest/userguide/securityhub-findings-format-syntax.html. */
export const securityhubAsff: FormatAdapter = {
  id: 'securityhub-asff',
  stability: 'beta',
  matches: (doc) =>
    isObject(doc) &&
    typeof doc.ProductArn === 'string' &&
    (doc.SchemaVersion === '2018-10-08' || Array.isArray(doc.Resources)),
  decode,
};

function decode(doc: Json, envelope: Envelope): Decoded {
  if (!isObject(doc)) return reject('securityhub-asff.schema', 'not an object');
  if (isSample(doc)) return reject('securityhub-asff.sample', 'a sample finding, made to show the product');
  const resources = objects(doc, 'Resources');
  if (resources.length === 0) return reject('securityhub-asff.schema', 'Resources is empty');
  const account = str(doc, 'AwsAccountId');
  const detector = detectorOf(productOf(doc), 'securityhub');
  const detectorClass = classOf(doc);
  const shared = {
    detector,
    detectorClass,
    title: str(doc, 'Title') ?? 'untitled finding',
    verdict: verdictOf(doc, detectorClass),
    severity: severityOfFinding(doc),
    atMs: eventTime(envelope, doc.UpdatedAt, doc.LastObservedAt, doc.FirstObservedAt, doc.CreatedAt),
    nativeId: str(doc, 'Id'),
    scope: `${detector}/${account ?? '_'}`,
    remediation: str(doc, 'Remediation', 'Recommendation', 'Text'),
    compliance: complianceOf(doc),
    ...evidence({
      workflow_status: str(doc, 'Workflow', 'Status'),
      record_state: str(doc, 'RecordState'),
      compliance_status: str(doc, 'Compliance', 'Status'),
      description: str(doc, 'Description'),
    }),
  };
  const vulnerabilities = detectorClass === 'vulnerability' ? objects(doc, 'Vulnerabilities') : [];
  return accept(
    ...resources.flatMap((resource) => {
      const id = str(resource, 'Id') ?? '_';
      const region = str(resource, 'Region') ?? str(doc, 'Region');
      const asset = assetOfResource({ id, type: str(resource, 'Type'), account, region }, resource.Details);
      const of = { ...shared, asset, ...taggedWith(resource.Tags) };
      if (vulnerabilities.length > 0)
        return vulnerabilities.flatMap((vulnerability) =>
          vulnerabilitiesOf(vulnerability).map((each) => finding({ ...of, ...each })),
        );
      const told = detectorClass === 'runtime' ? {} : regionOfAccount(asset, region);
      return [finding({ ...of, rule: ruleOf(doc), ...told, ...packageOf(resource, doc) })];
    }),
  );
}

function vulnerabilitiesOf(vulnerability: JsonObject): { rule: string; discriminator: string }[] {
  const rule =
    joinAdvisory([str(vulnerability, 'Id'), ...strings(vulnerability, 'RelatedVulnerabilities')]) ??
    'unknown-vulnerability';
  return distinctPackages(objects(vulnerability, 'VulnerablePackages'), 'Name').map((each) => ({
    rule,
    discriminator: vulnerabilityDiscriminator(str(each, 'Name'), rule),
  }));
}

/** Trivy's template names the package among the resource's other details. */
function packageOf(resource: JsonObject, doc: JsonObject): { discriminator?: string } {
  const name = str(resource, 'Details', 'Other', 'PkgName');
  return name === undefined ? {} : { discriminator: vulnerabilityDiscriminator(name, ruleOf(doc)) };
}

function productOf(doc: JsonObject): string | undefined {
  const name =
    str(doc, 'ProductName') ?? str(doc, 'ProductFields', 'ProviderName') ?? str(doc, 'ProductFields', 'Product Name');
  // Own integrations are called "Default"; others are named by the last part of the product's ARN.
  return name === undefined || name === 'Default' ? str(doc, 'ProductArn')?.split('/').at(-1) : name;
}

function ruleOf(doc: JsonObject): string {
  const control = str(doc, 'Compliance', 'SecurityControlId') ?? str(doc, 'ProductFields', 'ControlId');
  if (control !== undefined) return controlOf(control);
  const generator = str(doc, 'GeneratorId') ?? '';
  const check = /^(?:prowler-|Trivy\/)(.+)$/.exec(generator)?.[1];
  return check ?? threatType(strings(doc, 'Types')) ?? (generator === '' ? 'unknown' : controlOf(generator));
}

function classOf(doc: JsonObject): DetectorClass {
  const types = [...strings(doc, 'Types'), ...strings(doc, 'FindingProviderFields', 'Types')].join('|');
  if (isObject(doc.Compliance) && doc.Compliance.Status !== undefined) {
    return /^(IAM\.|prowler-iam_|iam)/.test(ruleOf(doc)) ? 'identity_config' : 'posture';
  }
  if (objects(doc, 'Vulnerabilities').length > 0 || /Vulnerabilities\/(CVE|Package)/i.test(types))
    return 'vulnerability';
  if (/TTPs|Threat|Unusual Behaviors|Effects/i.test(types)) return 'runtime';
  if (/Sensitive Data Identifications/i.test(types)) return 'posture';
  return /Software and Configuration Checks/i.test(types) ? 'posture' : 'runtime';
}

/**
 * Three fields in one: suppressed first, then archived (the resource is gone or no longer evaluated), then what the check says. RESOLVED by a person
 * on a check that still fails is no pass; where there is no check, it is the only word there is.
 */
function verdictOf(doc: JsonObject, detectorClass: DetectorClass): FindingVerdict {
  const workflow = str(doc, 'Workflow', 'Status');
  const archived = doc.RecordState === 'ARCHIVED';
  if (workflow === 'SUPPRESSED') return 'suppressed';
  if (detectorClass === 'runtime') return archived || workflow === 'RESOLVED' ? 'suppressed' : 'fail';
  if (archived) return 'not_applicable';
  const status = str(doc, 'Compliance', 'Status');
  if (status === 'PASSED') return 'pass';
  if (status === 'FAILED') return 'fail';
  if (status === 'WARNING' || status === 'NOT_AVAILABLE') return 'error';
  return workflow === 'RESOLVED' ? 'pass' : 'fail';
}

function severityOfFinding(doc: JsonObject): ReturnType<typeof severityOf> {
  const label = severityOf(at(doc, 'Severity', 'Label'));
  if (label !== 'unknown') return label;
  const score = num(doc, 'Severity', 'Normalized');
  // AWS: 0 informational, 1–39 low, 40–69 medium, 70–89 high, 90–100 critical.
  if (score !== undefined) {
    if (score >= 90) return 'critical';
    if (score >= 70) return 'high';
    if (score >= 40) return 'medium';
    return score > 0 ? 'low' : 'informational';
  }
  return severityOf(at(doc, 'Severity', 'Original'));
}

function complianceOf(doc: JsonObject): Record<string, string[]> | undefined {
  const requirements = strings(doc, 'Compliance', 'RelatedRequirements');
  const standards = objects(doc, 'Compliance', 'AssociatedStandards').map((standard) => str(standard, 'StandardsId'));
  const result: Record<string, string[]> = {};
  for (const standard of standards) if (standard !== undefined) result[standard] = requirements;
  if (standards.length === 0 && requirements.length > 0) result.requirements = requirements;
  return Object.keys(result).length === 0 ? undefined : result;
}

function isSample(doc: JsonObject): boolean {
  return (
    doc.Sample === true ||
    (str(doc, 'Title') ?? '').startsWith('[SAMPLE') ||
    at(doc, 'ProductFields', 'aws/guardduty/service/additionalInfo/sample') === 'true' ||
    at(doc, 'ProductFields', 'aws/securityhub/SampleFinding') === 'true'
  );
}
