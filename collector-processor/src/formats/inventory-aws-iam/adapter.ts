import type { Decoded, Envelope, FormatAdapter, Json, JsonObject, Observation } from '@cnapp-slo/model';
import { awsAsset } from '../canonical-id.ts';
import { contentId } from '../content-id.ts';
import { contextOfTags, inventoryScan, listing, present } from '../inventory.ts';
import { accept, reject } from '../observe.ts';
import { parseCsv } from '../peel/tables.ts';
import { bool, isObject, objects, str } from '../read.ts';
import { eventTime } from '../time.ts';

/** IAM's account authorization details, credential report (CSV or API reply) and access advisor. Source: docs.aws.amazon.com/IAM/latest/APIReference. */
export const inventoryAwsIam: FormatAdapter = {
  id: 'inventory-aws-iam',
  stability: 'beta',
  matches: (doc) =>
    isObject(doc) &&
    ('UserDetailList' in doc ||
      'RoleDetailList' in doc ||
      'GroupDetailList' in doc ||
      (typeof doc.Content === 'string' && 'GeneratedTime' in doc) ||
      ('user_creation_time' in doc && 'arn' in doc) ||
      (typeof doc.JobStatus === 'string' && ('JobCreationDate' in doc || 'ServicesLastAccessed' in doc))),
  decode,
};

function decode(doc: Json, envelope: Envelope): Decoded {
  if (!isObject(doc)) return reject('inventory-aws-iam.schema', 'not an object');
  if ('user_creation_time' in doc) return accept(...principal(doc, 'iam_user', eventTime(envelope)));
  if (typeof doc.Content === 'string') return credentialReport(doc, doc.Content, envelope);
  if (typeof doc.JobStatus === 'string') {
    // An unfinished job proves nothing about use.
    return accept({
      kind: 'activity',
      action: `aws:iam:access-advisor:${doc.JobStatus}`,
      atMs: eventTime(envelope, doc.JobCompletionDate, doc.JobCreationDate),
    });
  }
  const atMs = eventTime(envelope);
  const observations = [
    ...objects(doc, 'UserDetailList').flatMap((item) => principal(item, 'iam_user', atMs)),
    ...objects(doc, 'GroupDetailList').flatMap((item) => principal(item, 'iam_group', atMs)),
    ...objects(doc, 'RoleDetailList').flatMap((item) => principal(item, 'iam_role', atMs)),
    ...objects(doc, 'Policies').flatMap((item) => principal(item, 'iam_policy', atMs)),
  ];
  const account = accountOf(observations);
  const complete = bool(doc, 'IsTruncated') !== true && str(doc, 'Marker') === undefined;
  const scanId = contentId([account ?? null, atMs]);
  return accept(...listing(observations, inventoryScan('inventory-aws-iam', account ?? '_', scanId, atMs, complete)));
}

/** The report's own time is the clock. Some clients give the CSV as base64. */
function credentialReport(doc: JsonObject, content: string, envelope: Envelope): Decoded {
  const text = content.startsWith('user,') ? content : decodeBase64(content);
  const atMs = eventTime(envelope, doc.GeneratedTime);
  const observations = parseCsv(text).flatMap((row) => principal(row, 'iam_user', atMs));
  const account = accountOf(observations);
  return accept(
    ...observations,
    inventoryScan(
      'inventory-aws-iam',
      `${account ?? '_'}/credential-report`,
      contentId([account ?? null, atMs]),
      atMs,
      observations.length > 0,
    ),
  );
}

function principal(item: JsonObject, type: string, atMs: number): Observation[] {
  const arn = str(item, 'Arn') ?? str(item, 'arn');
  if (arn === undefined) return [];
  const asset = awsAsset({ id: arn, type });
  // A recreated principal has the same ARN and a new id.
  const unique = str(item, 'UserId') ?? str(item, 'RoleId') ?? str(item, 'GroupId') ?? str(item, 'PolicyId');
  return [present(unique === undefined ? asset : { ...asset, aliases: [unique] }, atMs, contextOfTags(item.Tags))];
}

function accountOf(observations: readonly Observation[]): string | undefined {
  const first = observations.find((observation) => observation.kind === 'asset');
  return first?.kind === 'asset' ? first.asset.account : undefined;
}

function decodeBase64(text: string): string {
  try {
    return atob(text.replace(/\s/g, ''));
  } catch {
    return '';
  }
}
