import type { AssetRef, Decoded, Envelope, FormatAdapter, Json, JsonObject } from '@cnapp-slo/model';
import { awsAsset, azureAsset, gcpAsset } from '../canonical-id.ts';
import { contextOfTags, present } from '../inventory.ts';
import { accept, reject } from '../observe.ts';
import { isObject, objects, str, strings } from '../read.ts';
import { eventTime } from '../time.ts';

/** Steampipe query results: rows (an array is peeled), or `{columns, rows}`. A query's rows never prove a whole scope. Source: steampipe.io/docs. */
export const inventorySteampipe: FormatAdapter = {
  id: 'inventory-steampipe',
  stability: 'alpha',
  matches: (doc) => isObject(doc) && (isRow(doc) || (Array.isArray(doc.columns) && objects(doc, 'rows').some(isRow))),
  decode,
};

function isRow(doc: JsonObject): boolean {
  return Array.isArray(doc.akas) || ('_ctx' in doc && ('arn' in doc || 'id' in doc)) || '_cq_id' in doc;
}

function decode(doc: Json, envelope: Envelope): Decoded {
  if (!isObject(doc)) return reject('inventory-steampipe.schema', 'not an object');
  const rows = isRow(doc) ? [doc] : objects(doc, 'rows');
  return accept(
    ...rows.flatMap((row) => {
      const asset = assetOf(row);
      return asset === undefined
        ? []
        : [present(asset, eventTime(envelope, row._cq_sync_time), contextOfTags(row.tags))];
    }),
  );
}

function assetOf(row: JsonObject): AssetRef | undefined {
  const known = [str(row, 'arn'), ...strings(row, 'akas'), str(row, 'id')].filter((id) => id !== undefined);
  const id = known.find((candidate) => /^(arn:|\/subscriptions\/|azure:\/\/|gcp:\/\/)/.test(candidate)) ?? known[0];
  if (id === undefined) return undefined;
  if (id.startsWith('/subscriptions/') || id.startsWith('azure://')) return azureAsset(id.replace(/^azure:\/\//, ''));
  if (id.startsWith('gcp://')) return gcpAsset(id.replace(/^gcp:/, ''));
  return awsAsset({ id, account: str(row, 'account_id'), region: str(row, 'region') });
}
