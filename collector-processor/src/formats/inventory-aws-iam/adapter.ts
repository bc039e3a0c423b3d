import type { Decoded, Envelope, FormatAdapter, Json, JsonObject, Observation } from '@cnapp-slo/model';
import { awsAsset } from '../canonical-id.ts';
import { contentId } from '../content-id.ts';
import { contextOfTags, inventoryScan, listing, present } from '../inventory.ts';
import { accept, reject } from '../observe.ts';
import { parseCsv } from '../peel/tables.ts';
import { isObject, objects, str } from '../read.ts';
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
  return authorizationDetails(doc, envelope);
}

const LISTS = [
  ['UserDetailList', 'iam_user'],
  ['GroupDetailList', 'iam_group'],
  ['RoleDetailList', 'iam_role'],
  ['Policies', 'iam_policy'],
] as const;

/**
 * One scope a type: a filtered reply has empty lists of the others. The CLI joins the pages and drops `IsTruncated`; a reply that still has it is a page,
 * and be it the last one.
 */
function authorizationDetails(doc: JsonObject, envelope: Envelope): Decoded {
  const atMs = eventTime(envelope);
  const lists = LISTS.map(([name, type]) => ({
    type,
    assets: objects(doc, name)
      .filter((item) => !MANAGED_BY_AWS.test(str(item, 'Arn') ?? ''))
      .flatMap((item) => principal(item, type, atMs)),
  }));
  const account = accountOf(lists.flatMap(({ assets }) => assets)) ?? '_';
  const complete = doc.IsTruncated === undefined && str(doc, 'Marker') === undefined;
  return accept(
    ...lists
      .filter(({ assets }) => assets.length > 0)
      .flatMap(({ type, assets }) => {
        const scope = `${account}/${type}`;
        return listing(assets, inventoryScan('inventory-aws-iam', scope, contentId([scope, atMs]), atMs, complete));
      }),
  );
}

/** Policies that AWS keeps for everybody: no account's assets. */
const MANAGED_BY_AWS = /:iam::aws:policy\//;

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
  return observations
    .map((observation) => (observation.kind === 'asset' ? observation.asset.account : undefined))
    .find((account) => account !== undefined && /^\d{12}$/.test(account));
}

function decodeBase64(text: string): string {
  try {
    return atob(text.replace(/\s/g, ''));
  } catch {
    return '';
  }
}
