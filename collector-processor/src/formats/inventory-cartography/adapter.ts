import type { Decoded, Envelope, FormatAdapter, Json } from '@cnapp-slo/model';
import { accept, reject } from '../observe.ts';
import { isObject, str } from '../read.ts';
import { eventTime } from '../time.ts';

/** Cartography's drift detection states: the rows of a graph query, whose meaning only the query knows. Source: github.com/cartography-cncf/cartography. */
export const inventoryCartography: FormatAdapter = {
  id: 'inventory-cartography',
  stability: 'alpha',
  matches: (doc) => isObject(doc) && typeof doc.validation_query === 'string' && Array.isArray(doc.results),
  decode(doc: Json, envelope: Envelope): Decoded {
    if (!isObject(doc)) return reject('inventory-cartography.schema', 'not an object');
    const rows = Array.isArray(doc.results) ? doc.results.length : 0;
    return accept({
      kind: 'activity',
      action: `cartography:${str(doc, 'name') ?? 'state'}:${rows}`,
      atMs: eventTime(envelope),
    });
  },
};
