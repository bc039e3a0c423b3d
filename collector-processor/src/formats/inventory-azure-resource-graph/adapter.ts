import type { Decoded, Envelope, FormatAdapter, Json, JsonObject } from '@cnapp-slo/model';
import { azureAsset } from '../canonical-id.ts';
import { contentId } from '../content-id.ts';
import { contextOfTags, inventoryScan, present } from '../inventory.ts';
import { accept, reject } from '../observe.ts';
import { firstStr, isObject, num, objects, str } from '../read.ts';
import { eventTime } from '../time.ts';

/** Azure Resource Graph replies, as objects or as a table, and as `az graph query` spells them. Source: learn.microsoft.com/azure/governance/resource-graph. */
export const inventoryAzureResourceGraph: FormatAdapter = {
  id: 'inventory-azure-resource-graph',
  stability: 'beta',
  matches: (doc) =>
    isObject(doc) &&
    ('totalRecords' in doc || 'total_records' in doc) &&
    'data' in doc &&
    ('resultTruncated' in doc || 'count' in doc),
  decode,
};

function decode(doc: Json, envelope: Envelope): Decoded {
  if (!isObject(doc)) return reject('inventory-azure-resource-graph.schema', 'not an object');
  const atMs = eventTime(envelope);
  const rows = Array.isArray(doc.data) ? objects(doc, 'data') : fromTable(doc.data);
  const observations = rows.flatMap((row) => {
    const id = str(row, 'id');
    return id?.startsWith('/') === true ? [present(azureAsset(id), atMs, contextOfTags(row.tags))] : [];
  });
  const facetError = objects(doc, 'facets').some((facet) => facet.resultType === 'FacetError');
  // One page is the whole answer only when it holds every record. What the query asked for the reply does not say: whoever names the scope vouches for it.
  const whole =
    num(doc, 'count') === (num(doc, 'totalRecords') ?? num(doc, 'total_records')) &&
    firstStr(doc, '$skipToken', 'skip_token') === undefined &&
    String(doc.resultTruncated) !== 'true';
  const declared = str(envelope.resource, 'cnapp.scope') ?? str(envelope.attributes, 'cnapp.scope');
  const scope =
    declared ??
    rows.map((row) => azureAsset(str(row, 'id') ?? '/').account).find((account) => account !== undefined) ??
    '_';
  return accept(
    ...observations,
    inventoryScan(
      'inventory-azure-resource-graph',
      scope,
      contentId([scope, atMs, rows.length]),
      atMs,
      whole && !facetError && declared !== undefined,
      facetError ? 'a facet failed' : undefined,
    ),
  );
}

function fromTable(data: Json | undefined): JsonObject[] {
  if (!isObject(data) || !Array.isArray(data.rows)) return [];
  const names = objects(data, 'columns').map((column) => str(column, 'name') ?? '_');
  return data.rows
    .filter(Array.isArray)
    .map((row) => Object.fromEntries(names.map((name, i) => [name, row[i] ?? null])));
}
