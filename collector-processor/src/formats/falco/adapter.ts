import type { AssetRef, Decoded, Envelope, FormatAdapter, Json, JsonObject } from '@cnapp-slo/model';
import { clusterOf, hostAsset, imageAsset, imageDigest, workloadAsset, workloadOfContext } from '../canonical-id.ts';
import { accept, finding, reject } from '../observe.ts';
import { evidence, isObject, num, obj, str, strings } from '../read.ts';
import { severityOf } from '../severity.ts';
import { eventTime } from '../time.ts';
import { known, pluginAsset } from './plugins.ts';
import { alertOfAttributes } from './sidekick.ts';

/** Falco alerts as JSON, and as falcosidekick writes them to OTLP. Sources: falco.org/docs/concepts/outputs, falcosecurity/falcosidekick. */
export const falco: FormatAdapter = {
  id: 'falco',
  stability: 'beta',
  matches(doc, envelope) {
    if (isObject(doc)) {
      if ('rule' in doc && 'priority' in doc && ('output_fields' in doc || 'output' in doc))
        return typeof doc.rule === 'string';
      return alertOfAttributes(doc, envelope) !== undefined;
    }
    // The banner that precedes the alerts on stdout: recognised, and no alert.
    if (typeof doc === 'string' && /\bFalco version: \d/.test(doc)) return true;
    return alertOfAttributes(doc, envelope) !== undefined;
  },
  decode,
};

function decode(doc: Json, envelope: Envelope): Decoded {
  const alert = isObject(doc) && 'output_fields' in doc ? doc : (alertOfAttributes(doc, envelope) ?? doc);
  if (!isObject(alert)) return accept();
  const rule = str(alert, 'rule');
  if (rule === undefined) return reject('falco.schema', 'rule is missing');
  if (alert.source === 'internal' || rule.startsWith('Falco internal:')) return internalEvent(alert, envelope);
  const fields = obj(alert, 'output_fields');
  const tags = strings(alert, 'tags').flatMap((tag) => tag.split(','));
  return accept(
    finding({
      detector: 'falco',
      detectorClass: 'runtime',
      rule,
      title: rule,
      asset: assetOf(alert, fields, envelope),
      verdict: 'fail',
      severity: severityOf(alert.priority),
      atMs: eventTime(envelope, alert.time, fields['evt.time.iso8601'], fields['evt.time']),
      nativeId: str(alert, 'uuid'),
      techniques: techniquesOf(tags),
      ...evidence({
        output: str(alert, 'output'),
        process: known(fields, 'proc.cmdline') ?? known(fields, 'proc.name'),
        user: known(fields, 'user.name') ?? known(fields, 'ka.user.name'),
        file: known(fields, 'fd.name'),
        container_id: known(fields, 'container.id'),
        image: known(fields, 'container.image.repository'),
        image_tag: known(fields, 'container.image.tag'),
        digest: imageDigest(known(fields, 'container.image.digest')),
        pod: known(fields, 'k8s.pod.name') ?? known(fields, 'k8smeta.pod.name'),
        node: str(alert, 'hostname'),
      }),
    }),
  );
}

/** Metric snapshots and drop notices are about Falco, not findings: the agent is alive, and may have lost events. */
function internalEvent(alert: JsonObject, envelope: Envelope): Decoded {
  const fields = obj(alert, 'output_fields');
  // A notice counts what the kernel sent, lost ones among them.
  const received = since(fields, 'falco.num_evts') ?? difference(num(fields, 'n_evts'), num(fields, 'n_drops'));
  const dropped = droppedOf(fields, received);
  return accept({
    kind: 'heartbeat',
    agent: 'falco',
    node: str(alert, 'hostname') ?? str(fields, 'evt.hostname') ?? str(envelope.resource, 'k8s.node.name') ?? '_',
    atMs: eventTime(envelope, alert.time, fields['evt.time']),
    ...(dropped === undefined ? {} : { dropped }),
    ...(received === undefined ? {} : { received }),
  });
}

/**
 * Lost since the notice or snapshot before. A snapshot counts from Falco's start and says the count before as `…_prev`, or only the share lost
 * between the two. Source: falco.org/docs/concepts/metrics.
 */
function droppedOf(fields: JsonObject, received: number | undefined): number | undefined {
  const noticed = num(fields, 'n_drops') ?? since(fields, 'scap.n_drops');
  if (noticed !== undefined) return noticed;
  const percent = num(fields, 'scap.n_drops_perc');
  if (percent === undefined || percent >= 100) return undefined;
  return percent === 0 ? 0 : received === undefined ? undefined : Math.round((received * percent) / (100 - percent));
}

function since(fields: JsonObject, counter: string): number | undefined {
  return difference(num(fields, counter), num(fields, `${counter}_prev`));
}

function difference(all: number | undefined, less: number | undefined): number | undefined {
  return all === undefined || less === undefined || all < less ? undefined : all - less;
}

function assetOf(alert: JsonObject, fields: JsonObject, envelope: Envelope): AssetRef {
  const cluster = clusterOf(envelope) ?? known(fields, 'k8s.cluster.name');
  const plugin = pluginAsset(fields, cluster);
  if (plugin !== undefined) return plugin;
  // The k8smeta plugin has names of its own.
  const pod = known(fields, 'k8s.pod.name') ?? known(fields, 'k8smeta.pod.name');
  if (pod !== undefined)
    return workloadAsset({
      cluster,
      kind: 'pod',
      namespace: known(fields, 'k8s.ns.name') ?? known(fields, 'k8smeta.ns.name'),
      name: pod,
    });
  const context = workloadOfContext(envelope);
  // In a daemonset's stream the context is Falco's own pod, not the one that it speaks of.
  if (context !== undefined && !/falco/i.test(context.name ?? '')) return context;
  const image = known(fields, 'container.image.repository');
  if (image !== undefined && known(fields, 'container.id') !== 'host') return imageAsset(image);
  return hostAsset(
    str(envelope.resource, 'host.name') ?? str(envelope.resource, 'k8s.node.name') ?? str(alert, 'hostname') ?? '_',
  );
}

function techniquesOf(tags: readonly string[]): string[] | undefined {
  const ids = tags.map((tag) => tag.trim()).filter((tag) => /^T\d{4}(\.\d{3})?$/.test(tag));
  return ids.length === 0 ? undefined : ids;
}
