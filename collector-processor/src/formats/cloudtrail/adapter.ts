import type { Actor, Decoded, Envelope, FormatAdapter, Json, JsonObject, Observation } from '@cnapp-slo/model';
import { awsAsset } from '../canonical-id.ts';
import { contentId } from '../content-id.ts';
import { accept, actorOf, change, reject } from '../observe.ts';
import { bool, isObject, obj, str, strings } from '../read.ts';
import { eventTime } from '../time.ts';
import { assetsOfEvent } from './assets.ts';

/**
 * CloudTrail records, one a document; the Collector's `awslogs_encoding`, which leaves the body empty; and EC2 and Health events of EventBridge.
 * Source: docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html.
 */
export const cloudtrail: FormatAdapter = {
  id: 'cloudtrail',
  stability: 'beta',
  matches(doc, envelope) {
    if (isObject(doc) && typeof doc.eventName === 'string' && typeof doc.eventSource === 'string') {
      return (
        'eventVersion' in doc || 'eventID' in doc || 'userIdentity' in doc || doc.eventSource.endsWith('.amazonaws.com')
      );
    }
    return recordOfAttributes(doc, envelope) !== undefined || isServiceEvent(doc, envelope);
  },
  decode,
};

const READ_ONLY =
  /^(Get|List|Describe|Head|Lookup|Search|Select|Query|Scan|BatchGet|Check|Preview|Simulate|Validate|Test|Download|View|Estimate|Detect|Assume|Decode|Is)/;
/** Calls that hand out a session, or log in: they change nothing. */
const SESSION =
  /^(AssumeRole|GetSessionToken|GetFederationToken|ConsoleLogin|SwitchRole|StartSession|TerminateSession|ResumeSession|SendSSHPublicKey|Decrypt|GenerateDataKey|Encrypt|Sign|Invoke$|CheckMfa|ExitRole|RenewRole|UserAuthentication|Federate|Logout)/;

function decode(doc: Json, envelope: Envelope): Decoded {
  const record = isObject(doc) && 'eventName' in doc ? doc : recordOfAttributes(doc, envelope);
  if (record === undefined)
    return isObject(doc) ? serviceEvent(doc, envelope) : reject('cloudtrail.schema', 'no CloudTrail record');
  const name = str(record, 'eventName') ?? 'unknown';
  const service = (str(record, 'eventSource') ?? 'aws').replace(/\.amazonaws\.com(\.cn)?$/, '');
  const action = `aws:${service}:${name}`;
  const atMs = eventTime(envelope, record.eventTime);
  const assets = assetsOfEvent(record);
  const actor = actorOfEvent(record);
  const readOnly = bool(record, 'readOnly') ?? READ_ONLY.test(name);
  const category = str(record, 'eventCategory');
  if (
    readOnly ||
    SESSION.test(name) ||
    category === 'Insight' ||
    category === 'NetworkActivity' ||
    isDataEvent(record, service, name)
  ) {
    return accept({ kind: 'activity', action, atMs, actor, ...(assets[0] === undefined ? {} : { asset: assets[0] }) });
  }
  const failed = str(record, 'errorCode') !== undefined || str(record, 'errorMessage') !== undefined;
  const observations: Observation[] = [
    change({
      // The same event of an organisation's trail reaches several accounts with one shared id.
      nativeId: str(record, 'sharedEventID') ?? str(record, 'eventID') ?? contentId(record),
      changeKind: 'api',
      action,
      atMs,
      assets,
      actor,
      outcome: failed ? 'failure' : 'success',
      fields: Object.keys(obj(record, 'requestParameters')).slice(0, 20),
      title: `${name} by ${actor.id}`,
    }),
  ];
  if (!failed && isDeletion(name)) {
    for (const asset of assets)
      observations.push({ kind: 'asset', asset, state: 'deleted', atMs, cause: `${action} by ${actor.id}` });
  }
  return accept(...observations);
}

/** The deletion of the thing itself, not of a policy, tag or rule on it. */
function isDeletion(name: string): boolean {
  return /^(Delete(Bucket|SecurityGroup|Role|User|Group|Policy|Trail|DBInstance|DBCluster|DBSnapshot|Function\d*(v\d)?|Cluster|Queue|Topic|Table|Repository|Volume|Snapshot|Vpc|Subnet|Secret|Detector|LogGroup|Domain|InstanceProfile|LoadBalancer|FileSystem|NetworkAcl|RouteTable|HostedZone|Stack)|TerminateInstances|DeregisterImage)(20\d+(v\d)?)?$/.test(
    name,
  );
}

/** Object-level calls are data, not configuration, although they are no reads. An object's ACL is configuration. */
function isDataEvent(record: JsonObject, service: string, name: string): boolean {
  if (record.managementEvent === true) return false;
  if (record.eventCategory === 'Data') return !/Acl|Policy|Retention|LegalHold/.test(name);
  return (
    service === 's3' &&
    /^(PutObject|DeleteObjects?|CopyObject|UploadPart|CompleteMultipartUpload|CreateMultipartUpload|AbortMultipartUpload)$/.test(
      name,
    )
  );
}

function actorOfEvent(record: JsonObject): Actor {
  const identity = obj(record, 'userIdentity');
  const type = str(identity, 'type');
  const invokedBy = str(identity, 'invokedBy');
  const arn =
    str(identity, 'arn') ??
    invokedBy ??
    str(identity, 'principalId') ??
    str(identity, 'userName') ??
    str(identity, 'accountId');
  if (type === 'AWSService' || (invokedBy !== undefined && invokedBy !== 'AWS Internal'))
    return actorOf(arn, 'automation');
  if (type === 'IAMUser' || type === 'Root' || type === 'IdentityCenterUser')
    return actorOf(arn, automationName(arn) ? undefined : 'human');
  const session = arn?.split('/').at(-1) ?? '';
  if (arn?.includes('AWSReservedSSO_') || session.includes('@')) return actorOf(arn, 'human');
  if (bool(record, 'sessionCredentialFromConsole') === true) return actorOf(arn, 'human');
  // An instance or a function names its session by its own id.
  if (/^(i-[0-9a-f]{8,}|aws:|botocore-session|GitHubActions)/.test(session)) return actorOf(arn, 'automation');
  return actorOf(arn);
}

function automationName(arn: string | undefined): boolean {
  return actorOf(arn).kind === 'automation';
}

function isEmpty(doc: Json): boolean {
  if (doc === null || doc === '') return true;
  if (!isObject(doc)) return false;
  for (const _ in doc) return false;
  return true;
}

/**
 * The record behind the attributes that `awslogs_encoding` writes when the body stays empty.
 * Source: opentelemetry-collector-contrib extension/encoding/awslogsencodingextension, format cloudtrail.
 */
function recordOfAttributes(doc: Json, envelope: Envelope): JsonObject | undefined {
  if (!isEmpty(doc)) return undefined;
  const { attributes, resource } = envelope;
  const name = attributes['rpc.method'];
  const source = attributes['rpc.service'];
  if (typeof name !== 'string' || typeof source !== 'string' || !source.endsWith('.amazonaws.com')) return undefined;
  const record: JsonObject = { eventName: name, eventSource: source };
  const copy: [string, Json | undefined][] = [
    ['eventID', attributes['aws.cloudtrail.event_id'] ?? attributes['aws.event.id']],
    ['sharedEventID', attributes['aws.shared_event_id']],
    ['eventCategory', attributes['aws.event.category']],
    ['managementEvent', attributes['aws.event.management']],
    ['readOnly', attributes['aws.event.read_only']],
    ['awsRegion', resource['cloud.region']],
    ['recipientAccountId', resource['cloud.account.id']],
    ['errorCode', attributes['aws.error.code']],
    ['errorMessage', attributes['aws.error.message']],
    ['requestParameters', attributes['aws.request.parameters']],
    ['responseElements', attributes['aws.response.elements']],
    ['resources', attributes['aws.resources']],
  ];
  for (const [key, value] of copy) if (value !== undefined) record[key] = value;
  record.userIdentity = {
    arn: attributes['aws.principal.arn'] ?? null,
    type: attributes['aws.principal.type'] ?? null,
    principalId: attributes['aws.principal.id'] ?? null,
    userName: attributes['user.name'] ?? null,
    accountId: attributes['aws.user_identity.account_id'] ?? null,
    invokedBy: attributes['aws.user_identity.invoked_by'] ?? null,
  };
  return record;
}

function isServiceEvent(doc: Json, envelope: Envelope): boolean {
  const source = envelope.attributes['aws.event.source'];
  return (
    isObject(doc) &&
    (source === 'aws.ec2' || source === 'aws.health' || source === 'aws.autoscaling' || source === 'aws.s3')
  );
}

/** EventBridge events that are not API calls: an instance that terminated is gone, the rest is context. */
function serviceEvent(doc: JsonObject, envelope: Envelope): Decoded {
  const source = str(envelope.attributes, 'aws.event.source') ?? 'aws';
  const type = str(envelope.attributes, 'aws.event.detail_type') ?? 'event';
  const atMs = eventTime(envelope);
  const id = strings(envelope.attributes['aws.event.resources'])[0] ?? str(doc, 'instance-id');
  const account = str(envelope.resource, 'cloud.account.id');
  const asset =
    id === undefined ? undefined : awsAsset({ id, account, region: str(envelope.resource, 'cloud.region') });
  const state = str(doc, 'state');
  if (asset !== undefined && source === 'aws.ec2' && state !== undefined) {
    return accept({
      kind: 'asset',
      asset,
      atMs,
      ...(state === 'terminated' ? { state: 'deleted', cause: type } : { state: 'present' }),
    });
  }
  return accept({
    kind: 'activity',
    action: `${source.replace('.', ':')}:${type}`,
    atMs,
    actor: actorOf(source, 'automation'),
    ...(asset === undefined ? {} : { asset }),
  });
}
