import type { Decoded, Envelope, FormatAdapter, Json, JsonObject, Observation } from '@cnapp-slo/model';
import { awsAsset } from '../canonical-id.ts';
import { contextOfTags, present } from '../inventory.ts';
import { accept, reject } from '../observe.ts';
import { isObject, objects, str } from '../read.ts';
import { eventTime } from '../time.ts';

/** The tagging API's GetResources and Resource Groups' SearchResources: context of assets, never a whole scope, because untagged ones are missing. Source: docs.aws.amazon.com/resourcegroupstagging/latest/APIReference. */
export const inventoryAwsTagging: FormatAdapter = {
  id: 'inventory-aws-tagging',
  stability: 'beta',
  matches: (doc) =>
    isObject(doc) &&
    (Array.isArray(doc.ResourceTagMappingList) ||
      ('ResourceARN' in doc && 'Tags' in doc) ||
      (Array.isArray(doc.ResourceIdentifiers) && 'ResourceArn' in (objects(doc, 'ResourceIdentifiers')[0] ?? {}))),
  decode,
};

function decode(doc: Json, envelope: Envelope): Decoded {
  if (!isObject(doc)) return reject('inventory-aws-tagging.schema', 'not an object');
  const items = [
    ...objects(doc, 'ResourceTagMappingList'),
    ...objects(doc, 'ResourceIdentifiers'),
    ...('ResourceARN' in doc ? [doc] : []),
  ];
  return accept(...items.flatMap((item) => observe(item, envelope)));
}

function observe(item: JsonObject, envelope: Envelope): Observation[] {
  const arn = (str(item, 'ResourceARN') ?? str(item, 'ResourceArn'))?.trim();
  return arn === undefined
    ? []
    : [present(awsAsset({ id: arn, type: str(item, 'ResourceType') }), eventTime(envelope), contextOfTags(item.Tags))];
}
