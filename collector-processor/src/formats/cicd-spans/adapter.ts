import type { Decoded, Envelope, FormatAdapter, Json, JsonObject, Observation } from '@cnapp-slo/model';
import { repositoryAsset } from '../canonical-id.ts';
import { gateVerdict, isEnforced } from '../github-webhooks/runs.ts';
import { accept, actorOf, change, reject } from '../observe.ts';
import { isObject, num, obj, str, strings } from '../read.ts';
import { eventTime } from '../time.ts';

/** A span as the OTLP decoder hands it over, as `{ "cnapp.span": SpanDoc }`. Times are epoch ms. */
export interface SpanDoc {
  name: string;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  startMs: number;
  endMs: number;
  /** OTLP status code. */
  status: 'unset' | 'ok' | 'error';
  attributes: { [key: string]: Json };
}

/**
 * Spans of pipelines and deployments by semantic conventions `cicd.*`, `vcs.*` and `deployment.*` (RC names and their predecessors) become builds, gates and deploys.
 * Source: opentelemetry.io/docs/specs/semconv/cicd.
 */
export const cicdSpans: FormatAdapter = {
  id: 'cicd-spans',
  stability: 'alpha',
  matches: (doc, envelope) =>
    isObject(doc) && isObject(doc['cnapp.span']) && kindOf(reader(doc['cnapp.span'], envelope)) !== undefined,
  decode,
};

/** Current name first, then what it was called. */
const ALIASES: Record<string, string[]> = {
  repository: ['vcs.repository.url.full', 'vcs.repository.url', 'vcs.repository.ref.url'],
  repositoryName: ['vcs.repository.name'],
  revision: ['vcs.ref.head.revision', 'vcs.repository.ref.revision', 'vcs.change.head.revision'],
  ref: ['vcs.ref.head.name', 'vcs.ref.head', 'vcs.repository.ref.name'],
  pipeline: ['cicd.pipeline.name'],
  runId: ['cicd.pipeline.run.id'],
  runUrl: ['cicd.pipeline.run.url.full', 'cicd.pipeline.run.url'],
  result: [
    'cicd.pipeline.result',
    'cicd.pipeline.run.result',
    'cicd.pipeline.run.status',
    'cicd.pipeline.run.conclusion',
  ],
  task: ['cicd.pipeline.task.name'],
  taskType: ['cicd.pipeline.task.type'],
  taskResult: [
    'cicd.pipeline.task.run.result',
    'cicd.pipeline.task.result',
    'cicd.pipeline.task.run.status',
    'cicd.pipeline.task.run.conclusion',
  ],
  taskRunId: ['cicd.pipeline.task.run.id'],
  taskUrl: ['cicd.pipeline.task.run.url.full'],
  deploymentId: ['deployment.id'],
  deploymentName: ['deployment.name'],
  deploymentStatus: ['deployment.status'],
  environment: ['deployment.environment.name', 'deployment.environment'],
  service: ['service.name'],
  author: ['vcs.change.author', 'cicd.pipeline.run.sender.login', 'cicd.pipeline.run.actor', 'enduser.id', 'user.name'],
  action: ['cicd.pipeline.action.name'],
  gate: ['cnapp.gate.name'],
};

type Read = (name: keyof typeof ALIASES) => string | undefined;

function reader(span: Json, envelope: Envelope): Read {
  const attributes = obj(span, 'attributes');
  return (name) => {
    for (const key of ALIASES[name] ?? []) {
      const found = str(attributes, key) ?? strings(attributes, key)[0] ?? str(envelope.resource, key);
      if (found !== undefined) return found;
    }
    return undefined;
  };
}

function kindOf(read: Read): 'deploy' | 'gate' | 'build' | undefined {
  if (
    read('deploymentId') !== undefined ||
    read('deploymentName') !== undefined ||
    read('deploymentStatus') !== undefined
  )
    return 'deploy';
  // A task that tests or scans, or is named as a gate, judges the change.
  if (
    read('gate') !== undefined ||
    read('taskType') === 'test' ||
    (read('task') !== undefined && SECURITY.test(read('task') ?? ''))
  )
    return 'gate';
  if (read('taskType') === 'deploy' || read('action')?.toUpperCase() === 'SYNC') return 'deploy';
  if (read('task') !== undefined) return undefined;
  return read('pipeline') !== undefined || read('runId') !== undefined ? 'build' : undefined;
}

const SECURITY =
  /\b(security|sast|dast|sca|iac|scan|scanner|trivy|grype|checkov|tfsec|kics|snyk|semgrep|codeql|gitleaks|policy|conftest|opa|kyverno|sbom|cosign|license|compliance|vuln\w*|secret\w*)\b/i;

function decode(doc: Json, envelope: Envelope): Decoded {
  const span = isObject(doc) ? doc['cnapp.span'] : undefined;
  if (!isObject(span)) return reject('cicd-spans.schema', 'no span');
  const read = reader(span, envelope);
  const kind = kindOf(read);
  if (kind === undefined) return accept();
  const atMs = eventTime(envelope, num(span, 'endMs'), num(span, 'startMs'));
  const name = read('repository') ?? read('repositoryName');
  const repository = name === undefined ? undefined : repositoryAsset(name).id;
  const revision = read('revision');
  const word =
    kind === 'gate'
      ? (read('taskResult') ?? read('result'))
      : kind === 'deploy'
        ? (read('deploymentStatus') ?? read('taskResult') ?? read('result'))
        : read('result');
  const verdict = word === undefined ? (str(span, 'status') === 'error' ? 'fail' : 'pass') : gateVerdict(word);
  const url = read('taskUrl') ?? read('runUrl');
  const observations: Observation[] = [];
  if (kind === 'gate' && repository !== undefined && revision !== undefined) {
    const gate = read('gate') ?? read('task') ?? str(span, 'name') ?? 'gate';
    const runId = read('taskRunId') ?? read('runId') ?? str(span, 'spanId');
    observations.push({
      kind: 'gate',
      repository,
      revision,
      gate,
      verdict,
      enforced: isEnforced(gate, { ...envelope, attributes: { ...envelope.attributes, ...obj(span, 'attributes') } }),
      atMs,
      ...(runId === undefined ? {} : { runId }),
      ...(url === undefined ? {} : { links: [{ rel: 'pipeline', href: url }] }),
    });
  }
  if (kind !== 'gate') observations.push(changeOf(span, read, kind, { atMs, repository, revision, verdict, url }));
  return accept(...observations);
}

function changeOf(
  span: JsonObject,
  read: Read,
  kind: 'deploy' | 'build',
  known: {
    atMs: number;
    repository: string | undefined;
    revision: string | undefined;
    verdict: string;
    url: string | undefined;
  },
): Observation {
  const runId = read('deploymentId') ?? read('runId') ?? str(span, 'spanId') ?? '_';
  const ref = read('ref');
  const pipeline = read('pipeline');
  return change({
    nativeId: `${kind}:${read('deploymentId') ?? read('runId') ?? str(span, 'traceId') ?? '_'}:${str(span, 'spanId') ?? '_'}`,
    changeKind: kind,
    action: kind === 'deploy' ? 'cicd:deployment' : 'cicd:pipeline_run',
    atMs: known.atMs,
    assets: known.repository === undefined ? [] : [repositoryAsset(known.repository)],
    actor: actorOf(read('author') ?? pipeline, read('author') === undefined ? 'automation' : undefined),
    outcome: known.verdict === 'pass' ? 'success' : known.verdict === 'skipped' ? 'unknown' : 'failure',
    service: read('service'),
    environment: read('environment'),
    title: read('deploymentName') ?? pipeline ?? str(span, 'name'),
    vcs:
      known.repository === undefined
        ? undefined
        : {
            repository: known.repository,
            ...(known.revision === undefined ? {} : { revision: known.revision }),
            ...(ref === undefined ? {} : { ref }),
          },
    pipeline: {
      runId,
      ...(pipeline === undefined ? {} : { name: pipeline }),
      ...(known.url === undefined ? {} : { url: known.url }),
    },
    links: known.url === undefined ? undefined : [{ rel: 'pipeline', href: known.url }],
  });
}
