import type { Decoded, Envelope, FormatAdapter, Json } from '@cnapp-slo/model';
import { hostAsset } from '../canonical-id.ts';
import { accept, finding, reject } from '../observe.ts';
import { protectedSide } from '../protected-side.ts';
import { evidence, isObject, str } from '../read.ts';
import { eventTime } from '../time.ts';

/** Zeek logs, JSON or TSV (peeled to rows): notices are detections, other logs context. Source: docs.zeek.org/en/master/script-reference/log-files.html. */
export const zeek: FormatAdapter = {
  id: 'zeek',
  stability: 'beta',
  matches: (doc) =>
    isObject(doc) &&
    (('uid' in doc && 'id.orig_h' in doc) ||
      ('ts' in doc &&
        ('fuid' in doc || 'certificate.serial' in doc || 'tx_hosts' in doc || ('note' in doc && 'msg' in doc))) ||
      (typeof doc._path === 'string' && ('ts' in doc || '_write_ts' in doc))),
  decode,
};

function decode(doc: Json, envelope: Envelope): Decoded {
  if (!isObject(doc)) return reject('zeek.schema', 'not an object');
  const atMs = eventTime(envelope, doc.ts, doc._write_ts);
  const note = str(doc, 'note');
  if (note === undefined) return accept({ kind: 'activity', action: `zeek:${str(doc, '_path') ?? logOf(doc)}`, atMs });
  return accept(
    finding({
      detector: 'zeek',
      detectorClass: 'runtime',
      rule: note,
      title: str(doc, 'msg') ?? note,
      asset: hostAsset(
        protectedSide(str(doc, 'src') ?? str(doc, 'id.orig_h'), str(doc, 'dst') ?? str(doc, 'id.resp_h')) ?? '_',
      ),
      verdict: 'fail',
      // Notices have none.
      severity: 'unknown',
      atMs,
      nativeId: str(doc, 'uid'),
      ...evidence({ src: str(doc, 'src') ?? str(doc, 'id.orig_h'), sub: str(doc, 'sub'), port: str(doc, 'p') }),
    }),
  );
}

/** The log by the fields that only it has, since files lack `_path`. */
function logOf(doc: { [key: string]: Json }): string {
  if ('conn_state' in doc) return 'conn';
  if ('query' in doc || 'qtype_name' in doc) return 'dns';
  if ('certificate.serial' in doc) return 'x509';
  if ('fuid' in doc) return 'files';
  if ('user_agent' in doc || 'method' in doc) return 'http';
  if ('auth_attempts' in doc || 'auth_success' in doc) return 'ssh';
  return 'cipher' in doc || 'server_name' in doc ? 'ssl' : 'log';
}
