import type { Decoded, Envelope, FormatAdapter, Json } from '@cnapp-slo/model';
import { observeObject } from '../kubernetes-object.ts';
import { accept, reject } from '../observe.ts';
import { isObject } from '../read.ts';

/** What the Collector's k8sobjects receiver writes: the object as the body, in watch mode with its event's type. A pull has no end, so absence proves nothing. Source: opentelemetry-collector-contrib receiver/k8sobjectsreceiver. */
export const inventoryKubernetesK8sobjects: FormatAdapter = {
  id: 'inventory-kubernetes-k8sobjects',
  stability: 'beta',
  matches: (doc, envelope) =>
    isObject(doc) &&
    isObject(doc.metadata) &&
    ('k8s.resource.name' in envelope.attributes || 'k8s.watch.type' in envelope.attributes),
  decode(doc: Json, envelope: Envelope): Decoded {
    return isObject(doc)
      ? accept(...observeObject(doc, envelope))
      : reject('inventory-kubernetes-k8sobjects.schema', 'not an object');
  },
};
