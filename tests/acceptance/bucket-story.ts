/** The bucket story as its tools tell it: a policy opens a bucket, the scanner sees it, it is fixed, the scanner confirms. */

const MINUTE = 60_000;
export const ACCOUNT = '111122223333';
export const BUCKET = 'acme-invoices';
export const ASSET = `arn:aws:s3:::${BUCKET}`;

/** Minutes from the story's start. By hand: MTTD = 30 − 10 = 20 min = 1200 s; claimed after 70 − 30 = 40 min; verified after 80 − 30 = 50 min. */
export const AT = { passed: 0, opened: 10, tagged: 28, failed: 30, acknowledged: 45, fixed: 70, verified: 80 } as const;

export function at(baseMs: number, minutes: number): number {
  return baseMs + minutes * MINUTE;
}

function cloudtrail(eventID: string, eventName: string, ms: number, requestParameters: object): object {
  return {
    eventVersion: '1.09',
    userIdentity: {
      type: 'AssumedRole',
      principalId: 'AROAEXAMPLEID:deploy-4711',
      arn: `arn:aws:sts::${ACCOUNT}:assumed-role/terraform-deploy/deploy-4711`,
      accountId: ACCOUNT,
      sessionContext: {
        sessionIssuer: {
          type: 'Role',
          arn: `arn:aws:iam::${ACCOUNT}:role/terraform-deploy`,
          userName: 'terraform-deploy',
        },
      },
    },
    eventTime: new Date(ms).toISOString().replace('.000Z', 'Z'),
    eventSource: 's3.amazonaws.com',
    eventName,
    awsRegion: 'eu-central-1',
    sourceIPAddress: '192.0.2.10',
    userAgent: 'APN/1.0 HashiCorp/1.0 Terraform/1.9.8',
    requestParameters: { bucketName: BUCKET, Host: `${BUCKET}.s3.eu-central-1.amazonaws.com`, ...requestParameters },
    responseElements: null,
    requestID: `R${eventID}`,
    eventID,
    readOnly: false,
    resources: [{ accountId: ACCOUNT, type: 'AWS::S3::Bucket', ARN: ASSET }],
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: ACCOUNT,
    eventCategory: 'Management',
  };
}

function prowler(status: 'PASS' | 'FAIL', ms: number): object {
  const check = 's3_bucket_policy_public_write_access';
  return {
    message:
      status === 'FAIL'
        ? `S3 Bucket ${BUCKET} allows public write access in the bucket policy.`
        : `S3 Bucket ${BUCKET} does not allow public write access in the bucket policy.`,
    metadata: {
      event_code: check,
      product: { name: 'Prowler', uid: 'prowler', vendor_name: 'Prowler', version: '5.4.0' },
      profiles: ['cloud', 'datetime'],
      tenant_uid: '',
      version: '1.4.0',
    },
    severity_id: 5,
    severity: 'Critical',
    status: 'New',
    status_code: status,
    status_detail: '',
    status_id: 1,
    activity_name: 'Create',
    activity_id: 1,
    category_name: 'Findings',
    category_uid: 2,
    class_name: 'Detection Finding',
    class_uid: 2004,
    type_uid: 200401,
    type_name: 'Detection Finding: Create',
    finding_info: {
      created_time: Math.floor(ms / 1000),
      desc: 'Check if S3 buckets have policies which allow WRITE access.',
      product_uid: 'prowler',
      title: 'Check if S3 buckets have policies which allow WRITE access.',
      types: ['IAM'],
      uid: `prowler-aws-${check}-${ACCOUNT}-eu-central-1-${BUCKET}`,
    },
    resources: [
      {
        cloud_partition: 'aws',
        region: 'eu-central-1',
        data: { details: '', metadata: { arn: ASSET, name: BUCKET } },
        group: { name: 's3' },
        labels: ['owner:payments'],
        name: BUCKET,
        type: 'AwsS3Bucket',
        uid: ASSET,
      },
    ],
    cloud: {
      account: { name: '', type: 'AWS Account', type_id: 10, uid: ACCOUNT },
      provider: 'aws',
      region: 'eu-central-1',
    },
    remediation: {
      desc: 'Ensure proper bucket policy is in place with the least privilege principle applied.',
      references: [],
    },
    risk_details: 'Non intended users can put objects in a given bucket.',
    time: Math.floor(ms / 1000),
    time_dt: new Date(ms).toISOString().slice(0, 19),
    unmapped: { compliance: { 'CIS-3.0': ['2.1.4'] }, categories: ['internet-exposed'] },
  };
}

/** The raw documents in the order in which they happened. `baseMs` is a whole second. */
export function bucketStory(baseMs: number): object[] {
  const open = {
    policy: '{"Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:PutObject"}]}',
    bucketPolicy: {},
  };
  return [
    prowler('PASS', at(baseMs, AT.passed)),
    cloudtrail('0b1d6f0a-0000-4000-8000-000000000001', 'PutBucketPolicy', at(baseMs, AT.opened), open),
    cloudtrail('0b1d6f0a-0000-4000-8000-000000000002', 'PutBucketTagging', at(baseMs, AT.tagged), { tagging: '' }),
    prowler('FAIL', at(baseMs, AT.failed)),
    cloudtrail('0b1d6f0a-0000-4000-8000-000000000003', 'DeleteBucketPolicy', at(baseMs, AT.fixed), { policy: '' }),
    prowler('PASS', at(baseMs, AT.verified)),
  ];
}
