import type { Envelope, FormatAdapter, Json, Observation, Rejection } from '@cnapp-slo/model';
import { cicdSpans } from './cicd-spans/adapter.ts';
import { cloudtrail } from './cloudtrail/adapter.ts';
import { falco } from './falco/adapter.ts';
import { githubWebhooks } from './github-webhooks/adapter.ts';
import { k8sAudit } from './k8s-audit/adapter.ts';
import { ocsf } from './ocsf/adapter.ts';
import { peel } from './peel/index.ts';
import { securityhubAsff } from './securityhub-asff/adapter.ts';
import { terraformPlan } from './terraform-plan/adapter.ts';
import { trivy } from './trivy/adapter.ts';
import { trivyOperator } from './trivy-operator/adapter.ts';

/**
 * Every format, in the order in which they are tried: what names itself first, what uses common words last. Beside each stand keys of which a
 * document of the format, or an envelope it comes in, has at least one: `mayBeNative` looks for them.
 */
const REGISTRY: [adapter: FormatAdapter, ...markers: string[]][] = [
  [ocsf, 'class_uid'],
  [cicdSpans, 'cnapp.span'],
  [securityhubAsff, 'ProductArn'],
  [cloudtrail, 'eventSource', 'detail-type'],
  [k8sAudit, 'auditID', 'objectRef', 'protoPayload'],
  [trivyOperator, 'apiVersion'],
  [trivy, 'SchemaVersion', 'ClusterName', 'Target', 'detector'],
  [terraformPlan, 'format_version', '@level'],
  [githubWebhooks, 'repository', 'security_advisory'],
  [falco, 'output_fields', 'priority'],
];

export const ADAPTERS: readonly FormatAdapter[] = REGISTRY.map(([adapter]) => adapter);

const BY_ID = new Map(ADAPTERS.map((adapter) => [adapter.id, adapter]));

/** The format of a peeled document, by its structure; attribute `cnapp.format` forces one. Null when it is none that we know. */
export function detect(doc: Json, envelope: Envelope): FormatAdapter | null {
  const forced = envelope.attributes['cnapp.format'] ?? envelope.resource['cnapp.format'];
  if (typeof forced === 'string') {
    const adapter = BY_ID.get(forced);
    if (adapter !== undefined) return adapter;
  }
  return ADAPTERS.find((adapter) => adapter.matches(doc, envelope)) ?? null;
}

export interface Recognition {
  /** Documents found. */
  events: number;
  /** Documents of a known format. */
  recognised: number;
  byFormat: Record<string, number>;
  observations: Observation[];
  rejections: Rejection[];
}

/** Peels, detects and decodes an input. Never throws: an adapter's own fault is the rejection `<format>.internal`, and the other documents are kept. */
export function recognise(input: Uint8Array | string | Json, envelope: Envelope): Recognition {
  const { docs, rejections } = peel(input, envelope);
  const result: Recognition = { events: docs.length, recognised: 0, byFormat: {}, observations: [], rejections };
  for (const { doc, envelope: known } of docs) {
    const adapter = detect(doc, known);
    if (adapter === null) continue;
    result.recognised += 1;
    result.byFormat[adapter.id] = (result.byFormat[adapter.id] ?? 0) + 1;
    try {
      const decoded = adapter.decode(doc, known);
      for (const observation of decoded.observations) result.observations.push(observation);
      for (const rejection of decoded.rejections) result.rejections.push(rejection);
    } catch (error) {
      result.rejections.push({
        code: `${adapter.id}.internal`,
        message: error instanceof Error ? error.message : String(error),
      });
    }
  }
  return result;
}

/** Keys of envelopes that hide what they hold (base64, gzip). */
const OPAQUE = ['awslogs', 'kinesis', 'data_base64', 'subscription', 'receivedMessages'];
const MARKERS = [...new Set([...REGISTRY.flatMap(([, ...markers]) => markers), ...OPAQUE])];
/** A marker as a key, also inside a JSON string (`\"auditID\"`). */
const MARKER = new RegExp(`"(?:${MARKERS.map((marker) => marker.replace(/[.$|^]/g, '\\$&')).join('|')})\\\\*"`);
/** Text formats, by the first characters of a line. */
const TEXT = /^(?:#separator|<\?xml|<bom|apiVersion:|---|\d{1,2} \d{12} eni-|[^{]{0,80}Falco version:)/;
/** Ordinary log lines are shorter; scanning more for markers would cost more than peeling. */
const SCANNED = 64 * 1024;
/** Attributes under which a record's event may stand while its body is empty or plain text. */
const ATTRIBUTES = ['cnapp.format', 'rpc.method', 'aws.event.name', 'priority', 'k8s.resource.name', 'encoding.format'];

/**
 * False when a log record's body is surely no document of any format, so that ordinary log lines cost next to nothing. True promises nothing.
 */
export function mayBeNative(body: string | Uint8Array, attributes?: Readonly<Record<string, Json>>): boolean {
  if (attributes !== undefined) for (const name of ATTRIBUTES) if (name in attributes) return true;
  if (body.length > SCANNED) return true;
  if (typeof body !== 'string')
    return body[0] === 0x1f ? body[1] === 0x8b : mayBeNative(new TextDecoder('latin1').decode(body));
  return MARKER.test(body) || TEXT.test(body);
}
