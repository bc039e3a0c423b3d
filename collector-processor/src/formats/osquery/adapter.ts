import type { Decoded, Envelope, FormatAdapter, Json } from '@cnapp-slo/model';
import { hostAsset } from '../canonical-id.ts';
import { accept, reject } from '../observe.ts';
import { at, isObject, objects, str } from '../read.ts';
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
    str(doc, 'decorations', 'hostname') ??
    str(envelope.resource, 'host.name');
  const loggedMs = eventTime(envelope, doc.unixTime, doc.calendarTime);
  const query = str(doc, 'name') ?? 'query';
  // Rows of event tables say when it happened; `unixTime` is when the buffered rows were logged.
  const happened = /_events$/.test(query) ? at(doc, 'columns', 'time') : undefined;
  const atMs = happened === undefined ? loggedMs : eventTime(envelope, happened, loggedMs);
  const rows = objects(doc, 'snapshot').length;
  const action = `osquery:${query}:${str(doc, 'action') ?? (isObject(doc.diffResults) ? 'diff' : 'result')}${rows > 0 ? `:${rows}` : ''}`;
  // A host that answers is there.
  if (host === undefined) return accept({ kind: 'activity', action, atMs });
  const asset = hostAsset(host);
  return accept({ kind: 'asset', asset, state: 'present', atMs: loggedMs }, { kind: 'activity', action, atMs, asset });
}
