import type { AssetRef } from '@cnapp-slo/model';

export interface AwsResource {
  /** An ARN, a bare id (`i-…`, `sg-…`, a bucket's name), a queue URL, `AWS::::Account:…`. */
  id: string;
  /** The source's type: `AWS::S3::Bucket`, `AwsS3Bucket`, `aws_s3_bucket`. Needed where a bare id does not tell. */
  type?: string | undefined;
  account?: string | undefined;
  region?: string | undefined;
}

/** ARN templates by squeezed type: `{p}` partition, `{r}` region, `{a}` account, `{id}` the bare id. Source: AWS service authorization reference. */
const ARN_OF_TYPE: Record<string, string> = {
  s3bucket: 'arn:{p}:s3:::{id}',
  ec2instance: 'arn:{p}:ec2:{r}:{a}:instance/{id}',
  instance: 'arn:{p}:ec2:{r}:{a}:instance/{id}',
  ec2securitygroup: 'arn:{p}:ec2:{r}:{a}:security-group/{id}',
  securitygroup: 'arn:{p}:ec2:{r}:{a}:security-group/{id}',
  ec2volume: 'arn:{p}:ec2:{r}:{a}:volume/{id}',
  ebsvolume: 'arn:{p}:ec2:{r}:{a}:volume/{id}',
  ec2snapshot: 'arn:{p}:ec2:{r}::snapshot/{id}',
  ebssnapshot: 'arn:{p}:ec2:{r}::snapshot/{id}',
  ec2image: 'arn:{p}:ec2:{r}::image/{id}',
  ami: 'arn:{p}:ec2:{r}::image/{id}',
  ec2vpc: 'arn:{p}:ec2:{r}:{a}:vpc/{id}',
  vpc: 'arn:{p}:ec2:{r}:{a}:vpc/{id}',
  ec2subnet: 'arn:{p}:ec2:{r}:{a}:subnet/{id}',
  subnet: 'arn:{p}:ec2:{r}:{a}:subnet/{id}',
  ec2networkacl: 'arn:{p}:ec2:{r}:{a}:network-acl/{id}',
  networkacl: 'arn:{p}:ec2:{r}:{a}:network-acl/{id}',
  ec2networkinterface: 'arn:{p}:ec2:{r}:{a}:network-interface/{id}',
  ec2routetable: 'arn:{p}:ec2:{r}:{a}:route-table/{id}',
  routetable: 'arn:{p}:ec2:{r}:{a}:route-table/{id}',
  iamuser: 'arn:{p}:iam::{a}:user/{id}',
  iamrole: 'arn:{p}:iam::{a}:role/{id}',
  iamgroup: 'arn:{p}:iam::{a}:group/{id}',
  iampolicy: 'arn:{p}:iam::{a}:policy/{id}',
  iaminstanceprofile: 'arn:{p}:iam::{a}:instance-profile/{id}',
  iamaccesskey: 'arn:{p}:iam::{a}:access-key/{id}',
  account: 'arn:{p}:iam::{id}:root',
  rdsdbinstance: 'arn:{p}:rds:{r}:{a}:db:{id}',
  dbinstance: 'arn:{p}:rds:{r}:{a}:db:{id}',
  rdsinstance: 'arn:{p}:rds:{r}:{a}:db:{id}',
  rdsdbcluster: 'arn:{p}:rds:{r}:{a}:cluster:{id}',
  rdscluster: 'arn:{p}:rds:{r}:{a}:cluster:{id}',
  rdsdbsnapshot: 'arn:{p}:rds:{r}:{a}:snapshot:{id}',
  dbsnapshot: 'arn:{p}:rds:{r}:{a}:snapshot:{id}',
  lambdafunction: 'arn:{p}:lambda:{r}:{a}:function:{id}',
  ekscluster: 'arn:{p}:eks:{r}:{a}:cluster/{id}',
  ecscluster: 'arn:{p}:ecs:{r}:{a}:cluster/{id}',
  kmskey: 'arn:{p}:kms:{r}:{a}:key/{id}',
  cloudtrailtrail: 'arn:{p}:cloudtrail:{r}:{a}:trail/{id}',
  cloudtrail: 'arn:{p}:cloudtrail:{r}:{a}:trail/{id}',
  sqsqueue: 'arn:{p}:sqs:{r}:{a}:{id}',
  snstopic: 'arn:{p}:sns:{r}:{a}:{id}',
  dynamodbtable: 'arn:{p}:dynamodb:{r}:{a}:table/{id}',
  ecrrepository: 'arn:{p}:ecr:{r}:{a}:repository/{id}',
  secretsmanagersecret: 'arn:{p}:secretsmanager:{r}:{a}:secret:{id}',
  guarddutydetector: 'arn:{p}:guardduty:{r}:{a}:detector/{id}',
  logsloggroup: 'arn:{p}:logs:{r}:{a}:log-group:{id}',
  cloudwatchloggroup: 'arn:{p}:logs:{r}:{a}:log-group:{id}',
  opensearchdomain: 'arn:{p}:es:{r}:{a}:domain/{id}',
  redshiftcluster: 'arn:{p}:redshift:{r}:{a}:cluster:{id}',
  route53hostedzone: 'arn:{p}:route53:::hostedzone/{id}',
};

/** Types that a bare id's prefix tells. */
const TYPE_OF_PREFIX: Record<string, string> = {
  i: 'ec2instance',
  sg: 'ec2securitygroup',
  vol: 'ec2volume',
  snap: 'ec2snapshot',
  ami: 'ec2image',
  vpc: 'ec2vpc',
  subnet: 'ec2subnet',
  acl: 'ec2networkacl',
  eni: 'ec2networkinterface',
  rtb: 'ec2routetable',
};

/** The asset of an AWS resource, by its ARN wherever one is given or can be built. */
export function awsAsset(resource: AwsResource): AssetRef {
  const arn = arnOf(resource);
  if (arn !== undefined) return assetOfArn(arn, resource);
  const { id, account, region } = resource;
  const kind = resource.type === undefined ? 'resource' : words(resource.type);
  return {
    id: `aws:${account ?? '_'}:${region ?? '_'}:${kind}:${id}`,
    kind,
    provider: 'aws',
    name: id,
    ...(account === undefined ? {} : { account }),
    ...(region === undefined ? {} : { region }),
  };
}

function arnOf({ id, type, account, region }: AwsResource): string | undefined {
  if (id.startsWith('arn:')) return normaliseArn(id);
  const accountNode = /^AWS::::Account:(\d{12})$/.exec(id)?.[1];
  if (accountNode !== undefined) return `arn:${partitionOf(region)}:iam::${accountNode}:root`;
  const queue = /^https:\/\/sqs\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?\/(\d{12})\/(.+)$/.exec(id);
  if (queue !== null) return `arn:${partitionOf(queue[1])}:sqs:${queue[1]}:${queue[2]}:${queue[3]}`;
  const bare = /^AWS::[A-Za-z0-9]+::[A-Za-z0-9]+:(.+)$/.exec(id)?.[1] ?? id;
  const squeezed = type === undefined ? '' : squeeze(type);
  const template =
    ARN_OF_TYPE[squeezed] ?? (isAccountId(bare, type) ? ARN_OF_TYPE.account : undefined) ?? templateOfPrefix(bare);
  if (template === undefined) return undefined;
  if (template.includes('{a}') && account === undefined) return undefined;
  if (template.includes('{r}') && (region === undefined || region === 'global')) return undefined;
  return template
    .replace('{p}', partitionOf(region))
    .replace('{r}', region ?? '')
    .replace('{a}', account ?? '')
    .replace('{id}', () => bare);
}

/** A setting of an account (`AWS::S3::AccountPublicAccessBlock`) has the account's id for its own and may be deleted without it. */
function isAccountId(id: string, type: string | undefined): boolean {
  return /^\d{12}$/.test(id) && (type?.startsWith('AWS::') !== true || /Account$/i.test(type));
}

function templateOfPrefix(id: string): string | undefined {
  const prefix = /^([a-z]+)-[0-9a-f]{8,17}$/.exec(id)?.[1];
  const type = prefix === undefined ? undefined : TYPE_OF_PREFIX[prefix];
  return type === undefined ? undefined : ARN_OF_TYPE[type];
}

/**
 * One ARN for one thing: a bucket's object is the bucket, an assumed-role session is the role, a function's version is the function,
 * a log group has no `:*`, and images and snapshots carry no account (as in the AWS reference).
 */
function normaliseArn(arn: string): string {
  const parts = arn.split(':');
  const [, partition, service, region, account] = parts;
  const resource = parts.slice(5).join(':');
  const head = `arn:${partition}:${service}:${region}:${account}`;
  switch (service) {
    case 's3':
      // Access points, jobs and the like carry region and account; buckets and objects do not.
      return region === '' && account === '' ? `${head}:${resource.split('/')[0]}` : arn;
    case 'sts': {
      const role = /^assumed-role\/([^/]+)/.exec(resource)?.[1];
      return role === undefined ? arn : `arn:${partition}:iam::${account}:role/${role}`;
    }
    case 'lambda': {
      const name = /^function:([^:]+)/.exec(resource)?.[1];
      return name === undefined ? arn : `${head}:function:${name}`;
    }
    case 'logs':
      return arn.replace(/:\*$/, '');
    case 'ec2':
      return /^(image|snapshot)\//.test(resource) ? `arn:${partition}:ec2:${region}::${resource}` : arn;
    default:
      return arn;
  }
}

function assetOfArn(arn: string, given: AwsResource): AssetRef {
  const parts = arn.split(':');
  const service = parts[2] ?? 'aws';
  const region = parts[3] || given.region;
  const account = parts[4] || given.account;
  const resource = parts.slice(5).join(':');
  const [head = '', ...rest] = resource.split(/[:/]/);
  const name = rest.length === 0 ? head : (rest.at(-1) ?? head);
  return {
    id: arn,
    kind: kindOfArn(service, resource, rest.length > 0 ? head : undefined),
    provider: 'aws',
    ...(name === '' ? {} : { name }),
    ...(account === undefined ? {} : { account }),
    ...(region === undefined || region === '' ? {} : { region }),
  };
}

function kindOfArn(service: string, resource: string, type: string | undefined): string {
  if (service === 'iam' && resource === 'root') return 'account';
  if (service === 's3') return 's3_bucket';
  if (service === 'sqs' || service === 'sns') return service === 'sqs' ? 'sqs_queue' : 'sns_topic';
  return type === undefined ? service : `${service}_${type.replaceAll('-', '_')}`.toLowerCase();
}

function partitionOf(region: string | undefined): string {
  if (region?.startsWith('cn-')) return 'aws-cn';
  return region?.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}

/** `AWS::S3::Bucket`, `AwsS3Bucket`, `aws_s3_bucket` → `s3bucket`. */
function squeeze(type: string): string {
  return type
    .toLowerCase()
    .replace(/^aws/, '')
    .replace(/[^a-z0-9]/g, '');
}

/** `AWS::EC2::Instance`, `AwsEc2Instance` → `ec2_instance`. */
function words(type: string): string {
  return type
    .replace(/^(AWS::|Aws(?=[A-Z])|aws_)/, '')
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .toLowerCase();
}
