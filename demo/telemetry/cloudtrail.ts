import type { JsonObject } from '@cnapp-slo/model';
import type { Account } from '../company/catalogue.ts';
import type { Resource } from '../company/company.ts';
import type { Random } from '../random.ts';
import { type Attributes, type LogRecord, logRecord, seconds } from './record.ts';

/**
 * Who called: the pipeline's role, or a person signed in by single sign-on. A pipeline that signs its session with the
 * id of its run (`role-session-name`) can be followed back to its commit.
 */
export type Caller = { pipeline: string; runId?: number } | { person: string };

export interface ApiCall {
  atMs: number;
  resource: Resource;
  /** `<service>:<eventName>`, such as `s3:PutBucketPolicy`. */
  call: string;
  caller: Caller;
  /** Request parameters besides the one that names the resource. */
  parameters?: JsonObject;
}

/** One CloudTrail record. Shape: docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html. */
export function cloudtrailRecord(call: ApiCall, random: Random): LogRecord {
  const { atMs, resource, caller } = call;
  const { account } = resource;
  const [service = '', eventName = ''] = call.call.split(':');
  const body: JsonObject = {
    eventVersion: '1.11',
    userIdentity: identityOf(caller, account, random),
    eventTime: seconds(atMs),
    eventSource: `${service}.amazonaws.com`,
    eventName,
    awsRegion: account.region,
    sourceIPAddress:
      'person' in caller ? `198.51.100.${random.between(2, 250)}` : `203.0.113.${random.between(2, 250)}`,
    userAgent: 'person' in caller ? 'aws-cli/2.31.9' : 'APN/1.0 HashiCorp/1.0 Terraform/1.13.4',
    requestParameters: { [NAME_PARAMETER[resource.kind]]: resource.name, ...call.parameters },
    responseElements: null,
    requestID: random.hex(16).toUpperCase(),
    eventID: random.uuid(),
    readOnly: false,
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: account.id,
    eventCategory: 'Management',
  };
  return logRecord(atMs, 'cloudtrail', cloudtrailResource(account), body);
}

function cloudtrailResource(account: Account): Attributes {
  return {
    'cloud.provider': 'aws',
    'cloud.account.id': account.id,
    'cloud.region': account.region,
    'deployment.environment.name': account.environment,
  };
}

function identityOf(caller: Caller, account: Account, random: Random): JsonObject {
  const [role, session] =
    'person' in caller
      ? ['AWSReservedSSO_Operator_4f1c2d3e5a6b7c8d', `${caller.person}@meridian.example`]
      : [caller.pipeline, caller.runId === undefined ? 'GitHubActions' : `GitHubActions-${caller.runId}`];
  return {
    type: 'AssumedRole',
    principalId: `AROA${random.hex(16).toUpperCase()}:${session}`,
    arn: `arn:aws:sts::${account.id}:assumed-role/${role}/${session}`,
    accountId: account.id,
    sessionContext: {
      sessionIssuer: {
        type: 'Role',
        arn: `arn:aws:iam::${account.id}:role/${role}`,
        accountId: account.id,
        userName: role,
      },
    },
  };
}

/** The request parameter by which calls of a service name what they act on. */
const NAME_PARAMETER: Record<Resource['kind'], string> = {
  bucket: 'bucketName',
  security_group: 'groupId',
  role: 'roleName',
  database: 'dBInstanceIdentifier',
  function: 'functionName',
  deployment: 'name',
};
