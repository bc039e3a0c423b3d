/** A bucket's policy is opened, and a scanner says so: small samples of our own, for tests. */
export const HOUR_MS = 3_600_000;
const at = (ms: number) => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');

/** Opens a bucket's policy (CloudTrail's record contents, as AWS documents them). */
export const policyChange = (ms: number) => ({
  eventVersion: '1.11',
  eventTime: at(ms),
  eventSource: 's3.amazonaws.com',
  eventName: 'PutBucketPolicy',
  eventID: `change-${ms}`,
  eventType: 'AwsApiCall',
  awsRegion: 'eu-west-1',
  recipientAccountId: '111122223333',
  userIdentity: {
    type: 'IAMUser',
    userName: 'maria',
    accountId: '111122223333',
    arn: 'arn:aws:iam::111122223333:user/maria',
  },
  requestParameters: { bucketName: 'exports' },
  resources: [{ type: 'AWS::S3::Bucket', ARN: 'arn:aws:s3:::exports', accountId: '111122223333' }],
  readOnly: false,
});

/** A verdict of Prowler on that bucket (OCSF 1.1 detection finding, class 2004). */
export const scanVerdict = (ms: number, status: 'FAIL' | 'PASS') => ({
  class_uid: 2004,
  category_uid: 2,
  activity_id: 1,
  type_uid: 200401,
  severity_id: 4,
  severity: 'High',
  status_code: status,
  status: 'New',
  time: Math.floor(ms / 1000),
  time_dt: at(ms),
  metadata: {
    version: '1.1.0',
    event_code: 's3_bucket_public_access',
    product: { name: 'Prowler', vendor_name: 'Prowler', version: '5.0.0' },
  },
  finding_info: {
    uid: `prowler-aws-s3_bucket_public_access-111122223333-eu-west-1-exports`,
    title: 'Bucket is public',
    created_time: Math.floor(ms / 1000),
  },
  resources: [
    {
      uid: 'arn:aws:s3:::exports',
      name: 'exports',
      type: 'AwsS3Bucket',
      region: 'eu-west-1',
      cloud_partition: 'aws',
      group: { name: 's3' },
    },
  ],
  cloud: { provider: 'aws', region: 'eu-west-1', account: { uid: '111122223333' } },
});
