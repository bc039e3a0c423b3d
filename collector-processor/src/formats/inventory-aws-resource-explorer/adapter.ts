import type { Decoded, Envelope, FormatAdapter, Json } from '@cnapp-slo/model';
import { awsAsset } from '../canonical-id.ts';
import { contentId } from '../content-id.ts';
import { contextOfTags, inventoryScan, present } from '../inventory.ts';
import { accept, reject } from '../observe.ts';
import { at, bool, isObject, num, objects, str } from '../read.ts';
import { eventTime } from '../time.ts';

/** Resource Explorer's search, index and type replies. Source: docs.aws.amazon.com/resource-explorer/latest/apireference. */
export const inventoryAwsResourceExplorer: FormatAdapter = {
  id: 'inventory-aws-resource-explorer',
  stability: 'beta',
  matches: (doc) =>
    isObject(doc) &&
    ((Array.isArray(doc.Resources) &&
      ('ViewArn' in doc ||
        (isObject(doc.Count) && 'Complete' in doc.Count) ||
        'OwningAccountId' in (objects(doc, 'Resources')[0] ?? {}))) ||
      (Array.isArray(doc.Indexes) &&
        str(objects(doc, 'Indexes')[0], 'Arn')?.includes(':resource-explorer-2:') === true) ||
      (Array.isArray(doc.ResourceTypes) && 'Service' in (objects(doc, 'ResourceTypes')[0] ?? {}))),
  decode,
};

function decode(doc: Json, envelope: Envelope): Decoded {
  if (!isObject(doc)) return reject('inventory-aws-resource-explorer.schema', 'not an object');
  const atMs = eventTime(envelope);
  // Which regions and types are covered: context for what a search can miss.
  if (!Array.isArray(doc.Resources))
    return accept({
      kind: 'activity',
      action: `aws:resource-explorer:${'Indexes' in doc ? 'indexes' : 'types'}`,
      atMs,
    });
  const resources = objects(doc, 'Resources');
  const observations = resources.flatMap((resource) => {
    const id = str(resource, 'Arn');
    if (id === undefined) return [];
    const tags = objects(resource, 'Properties').find((property) => property.Name === 'tags');
    const asset = awsAsset({ id, account: str(resource, 'OwningAccountId'), region: str(resource, 'Region') });
    return [present(asset, eventTime(envelope, resource.LastReportedAt), contextOfTags(at(tags, 'Data')))];
  });
  // The total is of all pages: the last page has no token either, and lists only the rest.
  const complete =
    bool(doc, 'Count', 'Complete') === true &&
    str(doc, 'NextToken') === undefined &&
    resources.length >= (num(doc, 'Count', 'TotalResources') ?? 0);
  const scope = str(doc, 'ViewArn')?.split(':').slice(3, 5).reverse().join('/') ?? '_';
  return accept(
    ...observations,
    inventoryScan('inventory-aws-resource-explorer', scope, contentId([scope, atMs]), atMs, complete),
  );
}
