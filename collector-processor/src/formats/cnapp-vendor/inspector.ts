import type { Envelope, FindingObservation, JsonObject } from '@cnapp-slo/model';
import { assetOfResource } from '../aws-finding.ts';
import { finding } from '../observe.ts';
import { at, evidence, num, objects, str, strings } from '../read.ts';
import { severityOf } from '../severity.ts';
import { eventTime, parseTime } from '../time.ts';
import { distinctPackages, joinAdvisory, vulnerabilityDiscriminator } from '../vulnerability.ts';

/** Amazon Inspector's own findings: the one AWS source with an explicit CLOSED. Source: docs.aws.amazon.com/inspector/v2/APIReference/API_Finding.html. */
export function inspector(item: JsonObject, envelope: Envelope): FindingObservation[] {
  const account = str(item, 'awsAccountId');
  const status = str(item, 'status');
  const rule =
    joinAdvisory([
      str(item, 'packageVulnerabilityDetails', 'vulnerabilityId'),
      ...strings(item, 'packageVulnerabilityDetails', 'relatedVulnerabilities'),
    ]) ??
    str(item, 'type') ??
    'unknown';
  const packages = distinctPackages(objects(item, 'packageVulnerabilityDetails', 'vulnerablePackages'), 'name');
  const type = {
    AWS_EC2_INSTANCE: 'ec2_instance',
    AWS_ECR_CONTAINER_IMAGE: 'AwsEcrContainerImage',
    AWS_LAMBDA_FUNCTION: 'lambda_function',
  };
  const places = objects(item, 'resources').flatMap((resource) => packages.map((affected) => ({ resource, affected })));
  return places.map(({ resource, affected }) => {
    const kind = str(resource, 'type') ?? '';
    return finding({
      detector: 'inspector',
      detectorClass: item.type === 'NETWORK_REACHABILITY' ? 'posture' : 'vulnerability',
      rule,
      title: str(item, 'title') ?? rule,
      asset: assetOfResource(
        {
          id: str(resource, 'id') ?? '_',
          type: type[kind as keyof typeof type] ?? kind,
          account,
          region: str(resource, 'region'),
        },
        undefined,
      ),
      discriminator: vulnerabilityDiscriminator(str(affected, 'name'), rule),
      verdict: status === 'CLOSED' ? 'pass' : status === 'SUPPRESSED' ? 'suppressed' : 'fail',
      severity: severityOf(item.severity),
      atMs: eventTime(envelope, item.updatedAt, item.lastObservedAt, item.firstObservedAt),
      advisoryPublishedMs: parseTime(at(item, 'packageVulnerabilityDetails', 'vendorCreatedAt')),
      nativeId: str(item, 'findingArn'),
      scope: `inspector/${account ?? '_'}`,
      ...evidence({
        package: str(affected, 'name'),
        installed_version: str(affected, 'version'),
        fixed_version: str(affected, 'fixedInVersion'),
        score: num(item, 'inspectorScore'),
      }),
    });
  });
}
