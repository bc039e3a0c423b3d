import type { Envelope, Json, JsonObject } from '@cnapp-slo/model';
import { at, isObject, obj, str } from '../read.ts';

/**
 * The alert that falcosidekick's OTLP outputs carry. Logs: the body is the output text and the attributes are rule, priority, source, hostname, tags and a
 * timestamp, without the output fields, so that the pod comes from the text. Traces: the span's attributes are those and every output field as text.
 */
export function alertOfAttributes(doc: Json, envelope: Envelope): JsonObject | undefined {
  const span = isObject(doc) ? at(doc, 'cnapp.span') : undefined;
  const attributes = span === undefined ? envelope.attributes : obj(span, 'attributes');
  const { rule, priority, source } = attributes;
  if (typeof rule !== 'string' || typeof priority !== 'string' || typeof source !== 'string') return undefined;
  const output = typeof doc === 'string' ? doc : str(attributes, 'output');
  const fields: JsonObject = span === undefined ? fieldsOfText(output ?? '') : { ...attributes };
  return {
    rule,
    priority,
    source,
    ...(output === undefined ? {} : { output }),
    ...(typeof attributes.hostname === 'string' ? { hostname: attributes.hostname } : {}),
    ...(attributes.tags === undefined ? {} : { tags: attributes.tags }),
    ...(typeof attributes.uuid === 'string' ? { uuid: attributes.uuid } : {}),
    time:
      str(attributes, 'timestamp') ??
      str(attributes, 'time') ??
      (span === undefined ? null : (at(span, 'startMs') ?? null)),
    output_fields: fields,
  };
}

/** `… k8s_ns_name=default k8s_pod_name=web-1 …` (and older `k8s.ns=… k8s.pod=…`) in an output text. */
function fieldsOfText(output: string): JsonObject {
  const fields: JsonObject = {};
  const names: Record<string, string> = {
    k8s_ns_name: 'k8s.ns.name',
    k8s_ns: 'k8s.ns.name',
    k8s_pod_name: 'k8s.pod.name',
    k8s_pod: 'k8s.pod.name',
    container_id: 'container.id',
    container: 'container.id',
    container_name: 'container.name',
    container_image_repository: 'container.image.repository',
    container_image_tag: 'container.image.tag',
    user: 'user.name',
    process: 'proc.name',
    command: 'proc.cmdline',
  };
  for (const [, key = '', value = ''] of output.matchAll(/\b([a-z0-9_.]+)=("[^"]*"|[^\s()|]+)/g)) {
    const name = names[key.replaceAll('.', '_')];
    if (name !== undefined) fields[name] = value.replace(/^"|"$/g, '');
  }
  return fields;
}
