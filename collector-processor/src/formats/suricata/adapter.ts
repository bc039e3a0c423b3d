import type { Decoded, Envelope, FormatAdapter, Json, JsonObject, Severity } from '@cnapp-slo/model';
import { hostAsset } from '../canonical-id.ts';
import { accept, finding, reject } from '../observe.ts';
import { protectedSide } from '../protected-side.ts';
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
    // `kernel_drops` counts from the start; only with `deltas` there is what came since the last time.
    const dropped = num(doc, 'stats', 'capture', 'kernel_drops_delta');
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
      asset: hostAsset(targetOf(doc) ?? sensor ?? '_'),
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

/** What the signature protects: told by its `target` keyword, else by what its author says is attacked, else the inner side. */
function targetOf(doc: JsonObject): string | undefined {
  const declared = str(doc, 'alert', 'target', 'ip');
  if (declared !== undefined) return declared;
  const [source, destination] = [str(doc, 'src_ip'), str(doc, 'dest_ip')];
  const attacked = list(doc, 'alert', 'metadata', 'attack_target').join(' ');
  // The flow's source opened the connection, the packet's need not.
  const isReply = str(doc, 'direction') === 'to_client';
  const client = str(doc, 'flow', 'src_ip') ?? (isReply ? destination : source);
  const server = str(doc, 'flow', 'dest_ip') ?? (isReply ? source : destination);
  if (/Client/.test(attacked) && !/Server/.test(attacked)) return client;
  if (/Server/.test(attacked) && !/Client/.test(attacked)) return server;
  return protectedSide(source, destination);
}
