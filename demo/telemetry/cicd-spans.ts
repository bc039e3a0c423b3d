import type { Random } from '../random.ts';
import type { Run } from './github.ts';
import type { Attributes, Span } from './record.ts';

export interface Deployment {
  service: string;
  environment: string;
}

/**
 * A pipeline run as spans: the run, a security gate and, when it got that far, the deployment.
 * Names: opentelemetry.io/docs/specs/semconv/cicd/cicd-spans.
 */
export function pipelineSpans(run: Run, gate: string, deployment: Deployment | null, random: Random): Span[] {
  const { commit, id, name, startMs, endMs, succeeded } = run;
  const traceId = random.hex(32);
  const root = random.hex(16);
  const url = `https://github.com/${commit.repository}`;
  const pipeline: Attributes = {
    'cicd.pipeline.name': name,
    'cicd.pipeline.run.id': String(id),
    'cicd.pipeline.run.url.full': `${url}/actions/runs/${id}`,
    'vcs.repository.url.full': url,
    'vcs.ref.head.name': 'main',
    'vcs.ref.head.revision': commit.sha,
    'vcs.change.author': commit.author,
  };
  const span = (spanName: string, from: number, to: number, failed: boolean, attributes: Attributes): Span => ({
    signal: 'span',
    format: 'cicd-spans',
    atMs: Math.round(startMs + (endMs - startMs) * to),
    startMs: Math.round(startMs + (endMs - startMs) * from),
    resource: { 'service.name': 'github-actions', 'cnapp.scope': 'github-actions' },
    name: spanName,
    traceId,
    spanId: random.hex(16),
    parentSpanId: root,
    failed,
    attributes: { ...pipeline, ...attributes },
  });
  const result = succeeded ? 'success' : 'failure';
  const spans = [
    { ...span(`RUN ${name}`, 0, 1, !succeeded, { 'cicd.pipeline.result': result }), spanId: root },
    span(gate, 0.1, 0.5, !succeeded, {
      'cicd.pipeline.task.name': gate,
      'cicd.pipeline.task.type': 'test',
      'cicd.pipeline.task.run.id': `${id}-1`,
      'cicd.pipeline.task.run.result': result,
    }),
  ];
  if (deployment && succeeded) {
    spans.push(
      span(`deploy ${deployment.service}`, 0.6, 0.95, false, {
        'cicd.pipeline.task.name': 'deploy',
        'cicd.pipeline.task.type': 'deploy',
        'deployment.id': `${id}-deploy`,
        'deployment.name': deployment.service,
        'deployment.status': 'succeeded',
        'deployment.environment.name': deployment.environment,
        'service.name': deployment.service,
      }),
    );
  }
  return spans.map((one) => (one.spanId === root ? withoutParent(one) : one));
}

function withoutParent({ parentSpanId: _parent, ...span }: Span): Span {
  return span;
}
