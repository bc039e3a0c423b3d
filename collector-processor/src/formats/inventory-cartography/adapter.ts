import type { Decoded, Envelope, FormatAdapter, Json } from '@cnapp-slo/model';
import { accept, reject } from '../observe.ts';
import { isObject, str } from '../read.ts';
import { eventTime, parseTime } from '../time.ts';

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
      atMs: timeOfFile(envelope.path) ?? eventTime(envelope),
    });
  },
};

/** A state has no time but in its file's name: `2019-01-01_00_00_01.json`. */
function timeOfFile(path: string | undefined): number | undefined {
  const match = /(\d{4}-\d{2}-\d{2})_(\d{2})_(\d{2})_(\d{2})\.json$/.exec(path ?? '');
  return match === null ? undefined : parseTime(`${match[1]}T${match[2]}:${match[3]}:${match[4]}Z`);
}
