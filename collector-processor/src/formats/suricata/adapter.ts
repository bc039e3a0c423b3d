import type { Decoded, Envelope, FormatAdapter, Json, Severity } from '@cnapp-slo/model';
import { hostAsset } from '../canonical-id.ts';
import { accept, finding, reject } from '../observe.ts';
import { evidence, isObject, list, num, obj, str } from '../read.ts';
import { severityOf } from '../severity.ts';
import { eventTime } from '../time.ts';

/** Suricata's EVE. Only alerts are detections. Source: docs.suricata.io/en/latest/output/eve. */
export const suricata: FormatAdapter = {
  id: 'suricata',
  stability: 'beta',
  matches: (doc) =>
    isObject(doc) &&
    typeof doc.event_type === 'string' &&
    ('flow_id' in doc || ('src_ip' in doc && 'dest_ip' in doc) || 'pcap_cnt' in doc || isObject(doc.stats)),
  decode,
};

/** 1 is the highest. */
const SEVERITIES: Record<number, Severity> = { 1: 'high', 2: 'medium', 3: 'low', 4: 'informational' };

function decode(doc: Json, envelope: Envelope): Decoded {
  if (!isObject(doc)) return reject('suricata.schema', 'not an object');
  const type = str(doc, 'event_type') ?? 'event';
  const atMs = eventTime(envelope, doc.timestamp);
  const sensor = str(doc, 'host') ?? str(envelope.resource, 'host.name');
  if (type === 'stats') {
    const dropped = num(doc, 'stats', 'capture', 'kernel_drops');
    return accept({
      kind: 'heartbeat',
      agent: 'suricata',
      node: sensor ?? '_',
      atMs,
      ...(dropped === undefined ? {} : { dropped }),
    });
  }
  if (type !== 'alert') return accept({ kind: 'activity', action: `suricata:${type}`, atMs });
  const alert = obj(doc, 'alert');
  const declared = severityOf(list(alert, 'metadata', 'signature_severity')[0]);
  const techniques = list(alert, 'metadata', 'mitre_technique_id').filter((id) => typeof id === 'string');
  return accept(
    finding({
      detector: 'suricata',
      detectorClass: 'runtime',
      rule: `${num(alert, 'gid') ?? 1}:${str(alert, 'signature_id') ?? '_'}`,
      title: str(alert, 'signature') ?? 'alert',
      // The protected side is not told: the destination is what was attacked in most signatures.
      asset: hostAsset(str(doc, 'dest_ip') ?? str(doc, 'src_ip') ?? sensor ?? '_'),
      verdict: 'fail',
      severity: declared === 'unknown' ? (SEVERITIES[num(alert, 'severity') ?? 0] ?? 'unknown') : declared,
      atMs,
      techniques: techniques.length === 0 ? undefined : techniques,
      ...evidence({
        action: str(alert, 'action'),
        category: str(alert, 'category'),
        src_ip: str(doc, 'src_ip'),
        dest_ip: str(doc, 'dest_ip'),
        dest_port: num(doc, 'dest_port'),
        flow_id: str(doc, 'flow_id'),
      }),
    }),
  );
}
