import type { Decoded, Envelope, FormatAdapter, Json } from '@cnapp-slo/model';
import { hostAsset } from '../canonical-id.ts';
import { accept, reject } from '../observe.ts';
import { isObject, objects, str } from '../read.ts';
import { eventTime } from '../time.ts';

/** osquery results: differential, batch and snapshot. They say what is on a host, never that it is wrong. Source: osquery.readthedocs.io/en/stable/deployment/logging. */
export const osquery: FormatAdapter = {
  id: 'osquery',
  stability: 'beta',
  matches: (doc) =>
    isObject(doc) &&
    typeof doc.name === 'string' &&
    ('columns' in doc || 'snapshot' in doc || 'diffResults' in doc) &&
    ('action' in doc || 'hostIdentifier' in doc || 'unixTime' in doc || 'diffResults' in doc),
  decode,
};

function decode(doc: Json, envelope: Envelope): Decoded {
  if (!isObject(doc)) return reject('osquery.schema', 'not an object');
  const host =
    str(doc, 'hostIdentifier') ??
    str(doc, 'hostname') ??
    str(envelope.resource, 'host.name') ??
    str(doc, 'decorations', 'hostname') ??
    '_';
  const atMs = eventTime(envelope, doc.unixTime, doc.calendarTime);
  const asset = hostAsset(host);
  const query = str(doc, 'name') ?? 'query';
  const rows = objects(doc, 'snapshot').length;
  const action = `osquery:${query}:${str(doc, 'action') ?? (isObject(doc.diffResults) ? 'diff' : 'result')}${rows > 0 ? `:${rows}` : ''}`;
  // A host that answers is there.
  return accept({ kind: 'asset', asset, state: 'present', atMs }, { kind: 'activity', action, atMs, asset });
}
