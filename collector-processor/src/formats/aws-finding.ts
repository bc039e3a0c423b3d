import type { AssetRef, Json } from '@cnapp-slo/model';
import { awsAsset, imageAsset } from './canonical-id.ts';
import { firstStr, isObject, parseJson, str } from './read.ts';

/** AWS products by the name that finds them under one detector, however a route spells them. */
const DETECTOR_OF_PRODUCT: Record<string, string> = {
  securityhub: 'securityhub',
  securityhubcspm: 'securityhub',
  securityhubexposureanalysis: 'securityhub-exposure',
  awssecurityhub: 'securityhub',
  guardduty: 'guardduty',
  amazonguardduty: 'guardduty',
  inspector: 'inspector',
  amazoninspector: 'inspector',
  inspector2: 'inspector',
  macie: 'macie',
  iamaccessanalyzer: 'access-analyzer',
  config: 'aws-config',
  awsconfig: 'aws-config',
  prowler: 'prowler',
  trivy: 'trivy',
  aquasecuritytrivy: 'trivy',
  falco: 'falco',
};

/** `Security Hub` → `securityhub`; an unknown product keeps its name as a slug. */
export function detectorOf(product: string | undefined, fallback: string): string {
  if (product === undefined) return fallback;
  const known = DETECTOR_OF_PRODUCT[product.toLowerCase().replace(/[^a-z0-9]/g, '')];
  return (
    known ??
    product
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '')
  );
}

/** GuardDuty's own rule name (`Recon:EC2/PortProbe`) out of ASFF and OCSF types (`TTPs/Discovery/Recon:EC2-PortProbe`). */
export function threatType(types: readonly string[]): string | undefined {
  const coded = types.find((type) => /[A-Za-z]+:[A-Za-z0-9]+[-/][\w.!-]+$/.test(type));
  if (coded !== undefined)
    return coded.slice(coded.lastIndexOf('/', coded.indexOf(':')) + 1).replace(/^([^:]+:[^-/]+)-/, '$1/');
  // Newer types have the purpose as the category: `TTPs/Discovery/IAMUser-AnomalousBehavior`.
  const split = types
    .map((type) =>
      /^(?:TTPs|Effects)\/(?:Data )?([A-Za-z ]+)\/(IAMUser|EC2|S3|Kubernetes|Lambda|RDS|ECS|Runtime)-([\w.!-]+)$/.exec(
        type,
      ),
    )
    .find((match) => match !== null);
  return split === undefined ? undefined : `${split[1]?.replaceAll(' ', '')}:${split[2]}/${split[3]}`;
}

/** Checks of a whole account run once in each region, and their verdicts differ: the region tells them apart. */
export function regionOfAccount(asset: AssetRef, region: string | undefined): { discriminator?: string } {
  return asset.kind !== 'account' || region === undefined || region === 'global' ? {} : { discriminator: region };
}

/** A Security Hub control (`S3.8`) out of `security-control/S3.8` or `…/v/1.0.0/PCI.S3.1`; other generators keep what tells them apart. */
export function controlOf(generator: string): string {
  const control = /(?:^|\/)(?:PCI\.|CIS\.)?([A-Z][A-Za-z0-9]+\.\d+)$/.exec(generator)?.[1];
  return (
    control ?? generator.replace(/^arn:aws[a-z-]*:securityhub:::(?:ruleset|standards)\//, '').replace('/rule/', '/')
  );
}

/** The asset of a Security Hub resource: an access key is its principal's, an image its repository, else by ARN or bare id. */
export function assetOfResource(
  resource: { id: string; type?: string | undefined; account?: string | undefined; region?: string | undefined },
  details: Json | undefined,
): AssetRef {
  const detail = typeof details === 'string' ? parseJson(details) : details;
  const { id, type = '', account } = resource;
  if (/accesskey/i.test(type) || id.startsWith('AWS::IAM::AccessKey:')) {
    const key = isObject(detail) && isObject(detail.AwsIamAccessKey) ? detail.AwsIamAccessKey : detail;
    const name = firstStr(key, 'PrincipalName', 'UserName', 'user_name', 'userName');
    const kind = firstStr(key, 'PrincipalType', 'userType') ?? '';
    if (name !== undefined && name !== '' && account !== undefined) {
      return awsAsset({ id: name, type: /role/i.test(kind) ? 'iam_role' : 'iam_user', account });
    }
  }
  // Custom products name a container or image by their own string.
  // Trivy adds the operating system in brackets.
  if (type === 'Container' && !id.startsWith('arn:'))
    return imageAsset((str(detail, 'Container', 'ImageName') ?? id).replace(/ \([^)]*\)$/, ''));
  const image = /^arn:aws[a-z-]*:ecr:([^:]+):(\d+):repository\/(.+?)\/?(?:sha256:[0-9a-f]+)?$/.exec(id);
  if (type === 'AwsEcrContainerImage' && image !== null)
    return imageAsset(`${image[2]}.dkr.ecr.${image[1]}.amazonaws.com/${image[3]}`);
  return awsAsset({ id, type: type === 'Other' ? undefined : type, account, region: resource.region });
}
