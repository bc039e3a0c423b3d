import type { JsonObject } from '@cnapp-slo/model';
import type { SpanView } from './otlp/record-view.ts';

/** Attributes that make a span worth a look: CI/CD and deployment conventions, and falcosidekick's alerts. */
const TELLING = [
  'cicd.pipeline.run.id',
  'cicd.pipeline.name',
  'cicd.pipeline.task.run.id',
  'cicd.pipeline.task.name',
  'deployment.id',
  'deployment.name',
  'deployment.status',
  'cnapp.gate.name',
];

/** A span as a document that formats can recognise; null for the spans of ordinary requests. */
export function spanDocument(span: SpanView): JsonObject | null {
  if (
    span.scopeName !== 'falco-event' &&
    !TELLING.some((name) => span.attribute(name) !== undefined || name in span.resource)
  )
    return null;
  return {
    'cnapp.span': {
      name: span.name,
      traceId: span.traceId ?? null,
      spanId: span.spanId ?? null,
      startMs: span.startMs ?? null,
      endMs: span.endMs ?? null,
      status: span.statusCode === 2 ? 'error' : span.statusCode === 1 ? 'ok' : 'unset',
      attributes: { ...span.attributes() },
    },
  };
}
