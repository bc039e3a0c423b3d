import type { Decoded, Envelope, FormatAdapter, Json, JsonObject, Observation } from '@cnapp-slo/model';
import { gcpAsset } from '../canonical-id.ts';
import { contextOfTags, deleted, present } from '../inventory.ts';
import { accept, reject } from '../observe.ts';
import { at, bool, isObject, objects, str, strings } from '../read.ts';
import { eventTime } from '../time.ts';

/** Cloud Asset Inventory: exports, API replies and feed messages, camelCase or snake_case. Source: cloud.google.com/asset-inventory/docs. */
export const inventoryGcpCai: FormatAdapter = {
  id: 'inventory-gcp-cai',
  stability: 'beta',
  matches: (doc) =>
    isObject(doc) &&
    (isAsset(doc) ||
      (isObject(doc.asset) && isAsset(doc.asset)) ||
      (Array.isArray(doc.assets) &&
        objects(doc, 'assets').some((item) => isAsset(item) || (isObject(item.asset) && isAsset(item.asset))))),
  decode,
};

function isAsset(doc: JsonObject): boolean {
  return str(doc, 'name')?.startsWith('//') === true && ('assetType' in doc || 'asset_type' in doc);
}

function decode(doc: Json, envelope: Envelope): Decoded {
  if (!isObject(doc)) return reject('inventory-gcp-cai.schema', 'not an object');
  const items = Array.isArray(doc.assets) ? objects(doc, 'assets') : [doc];
  const rejections = items
    .filter(isPlanned)
    .map(() => ({ code: 'inventory-gcp-cai.planned', message: 'made from a plan: nothing was observed' }));
  return {
    observations: accept(...items.filter((item) => !isPlanned(item)).flatMap((item) => observe(item, envelope)))
      .observations,
    rejections,
  };
}

/** tfplan2cai writes the same shape for what does not exist yet: with an ancestry path, and placeholders for what it does not know. */
function isPlanned(item: JsonObject): boolean {
  return /\{\{.*\}\}|placeholder-/.test(str(item, 'name') ?? '');
}

/** A temporal asset's window says when a state held; a deleted one has no data. One name comes once for each content type. */
function observe(item: JsonObject, envelope: Envelope): Observation[] {
  const asset = isObject(item.asset) ? item.asset : item;
  const name = str(asset, 'name');
  if (name === undefined) return [];
  const ancestors = [...strings(asset, 'ancestors')].filter((ancestor) => ancestor.startsWith('projects/'));
  const reference = gcpAsset(name, undefined, ancestors[0]?.slice('projects/'.length));
  const atMs = eventTime(
    envelope,
    at(item, 'window', 'startTime'),
    at(item, 'window', 'start_time'),
    asset.updateTime,
    asset.update_time,
  );
  if (bool(item, 'deleted') === true) return [deleted(reference, atMs, 'cloud asset inventory')];
  return [present(reference, atMs, contextOfTags(at(asset, 'resource', 'data', 'labels')))];
}
