import type { AssetRef, Decoded, Envelope, FormatAdapter, Json, JsonObject } from '@cnapp-slo/model';
import { clusterOf, hostAsset, imageDigest, workloadAsset } from '../canonical-id.ts';
import { accept, actorOf, finding, reject } from '../observe.ts';
import { evidence, isObject, num, obj, str, strings } from '../read.ts';
import { eventTime } from '../time.ts';

/** Tetragon's JSON export. Source: tetragon.io/docs/reference/grpc-api. */
export const tetragon: FormatAdapter = {
  id: 'tetragon',
  stability: 'beta',
  matches: (doc) => isObject(doc) && eventKey(doc) !== undefined,
  decode,
};

/** The members of which an exported event has one (`tetragon.GetEventsResponse`). */
export const TETRAGON_EVENTS = [
  'process_exec',
  'process_exit',
  'process_kprobe',
  'process_tracepoint',
  'process_loader',
  'process_uprobe',
  'process_lsm',
  'process_usdt',
  'process_throttle',
  'rate_limit_info',
];

function eventKey(doc: JsonObject): string | undefined {
  const present = TETRAGON_EVENTS.filter((key) => isObject(doc[key]));
  return present.length === 1 ? present[0] : undefined;
}

/** Only what a policy matched is a detection; executions and exits are activity, throttling is loss of events. */
function decode(doc: Json, envelope: Envelope): Decoded {
  const key = isObject(doc) ? eventKey(doc) : undefined;
  if (!isObject(doc) || key === undefined) return reject('tetragon.schema', 'no event');
  const event = obj(doc, key);
  const process = obj(event, 'process');
  const atMs = eventTime(envelope, doc.time, process.start_time);
  const node = str(doc, 'node_name') ?? str(envelope.resource, 'k8s.node.name') ?? '_';
  if (key === 'rate_limit_info' || key === 'process_throttle') {
    const dropped = num(event, 'number_of_dropped_process_events');
    return accept({ kind: 'heartbeat', agent: 'tetragon', node, atMs, ...(dropped === undefined ? {} : { dropped }) });
  }
  const asset = assetOf(process, node, clusterOf(envelope) ?? str(doc, 'cluster_name'));
  const policy = str(event, 'policy_name');
  if (policy === undefined || key === 'process_exec' || key === 'process_exit') {
    const uid = num(process, 'uid');
    return accept({
      kind: 'activity',
      action: `tetragon:${key}`,
      atMs,
      asset,
      ...(uid === undefined ? {} : { actor: actorOf(`uid:${uid}`) }),
    });
  }
  const action = str(event, 'action') ?? '';
  const techniques = strings(event, 'tags').filter((tag) => /^T\d{4}/.test(tag));
  return accept(
    finding({
      detector: 'tetragon',
      detectorClass: 'runtime',
      rule: policy,
      title: str(event, 'message') ?? policy,
      asset,
      verdict: 'fail',
      // Tetragon has no severities; what its policy stopped was meant seriously.
      severity: /SIGKILL|OVERRIDE|NOTIFYENFORCER/.test(action) ? 'high' : 'medium',
      atMs,
      nativeId: str(process, 'exec_id'),
      techniques: techniques.length === 0 ? undefined : techniques,
      ...evidence({
        binary: str(process, 'binary'),
        arguments: str(process, 'arguments'),
        function: str(event, 'function_name'),
        action,
        node,
        digest: imageDigest(str(process, 'pod', 'container', 'image', 'id')),
      }),
    }),
  );
}

function assetOf(process: JsonObject, node: string, cluster: string | undefined): AssetRef {
  const pod = obj(process, 'pod');
  const name = str(pod, 'name');
  if (name === undefined) return hostAsset(node);
  const kind = str(pod, 'workload_kind');
  const workload = str(pod, 'workload');
  return workloadAsset(
    { cluster, kind: 'pod', namespace: str(pod, 'namespace'), name },
    kind === undefined || workload === undefined ? undefined : { kind, name: workload },
  );
}
