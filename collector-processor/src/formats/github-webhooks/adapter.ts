import type { ActorKind, Decoded, Envelope, FormatAdapter, Json, JsonObject, Observation } from '@cnapp-slo/model';
import { repositoryAsset } from '../canonical-id.ts';
import { contentId } from '../content-id.ts';
import { accept, actorOf, change, reject } from '../observe.ts';
import { at, bool, isObject, list, obj, str } from '../read.ts';
import { eventTime } from '../time.ts';
import { alertFindings } from './alerts.ts';
import { checkObservations, runObservations } from './runs.ts';

/** GitHub webhook bodies; the event's name comes from the `x-github-event` header, else from the structure. Source: docs.github.com/webhooks/webhook-events-and-payloads. */
export const githubWebhooks: FormatAdapter = {
  id: 'github-webhooks',
  stability: 'beta',
  matches: (doc, envelope) => isObject(doc) && (eventName(doc, envelope) !== undefined || asWebhook(doc) !== undefined),
  decode,
};

/** The event by the member that only it has. `issues` is a format of its own: its clocks are a notification's. */
const EVENT_OF_MEMBER: [member: string, event: string][] = [
  ['workflow_job', 'workflow_job'],
  ['workflow_run', 'workflow_run'],
  ['check_run', 'check_run'],
  ['check_suite', 'check_suite'],
  ['deployment_status', 'deployment_status'],
  ['registry_package', 'registry_package'],
  ['security_advisory', 'security_advisory'],
  ['pull_request', 'pull_request'],
  ['deployment', 'deployment'],
  ['release', 'release'],
];

/** As receivers and gateways spell the header, and the CloudEvents type that Knative's and others' sources give. */
const HEADERS = [
  'x-github-event',
  'http.request.header.x-github-event',
  'header.x-github-event',
  'header.X-GitHub-Event',
  'header.x_github_event',
  'X-GitHub-Event',
];

function eventOfHeaders(envelope: Envelope): string | undefined {
  const { attributes } = envelope;
  for (const name of HEADERS) {
    const value = str(list(attributes[name])[0]);
    if (value !== undefined) return value;
  }
  return /\bgithub\.([a-z_]+)$/.exec(str(attributes, 'ce_type') ?? '')?.[1];
}

function eventName(doc: JsonObject, envelope: Envelope): string | undefined {
  const header = eventOfHeaders(envelope);
  if (header === 'issues' || header === 'issue_comment' || 'object_kind' in doc) return undefined;
  const hosted = isObject(doc.repository) && 'full_name' in doc.repository;
  const sent = hosted || isObject(doc.organization) || isObject(doc.sender) || isObject(doc.installation);
  if (header !== undefined && sent) return header;
  const alert = at(doc, 'alert');
  if (isObject(alert) && hosted) {
    if ('dependency' in alert) return 'dependabot_alert';
    if ('secret_type' in alert) return 'secret_scanning_alert';
    if ('affected_package_name' in alert || 'affected_range' in alert) return 'repository_vulnerability_alert';
    if ('rule' in alert || 'commit_oid' in doc) return 'code_scanning_alert';
  }
  for (const [member, event] of EVENT_OF_MEMBER) if (isObject(doc[member]) && (sent || 'action' in doc)) return event;
  if (hosted && typeof doc.ref === 'string' && 'before' in doc && 'after' in doc && 'pusher' in doc) return 'push';
  return envelope.attributes['cnapp.format'] === 'github-webhooks' && hosted ? 'unknown' : undefined;
}

/** Where an alert is shown: its repository, kind and number. */
const ALERT_PAGE = /^(https:\/\/[^/]+\/[^/]+\/[^/]+)\/security\/(code-scanning|dependabot|secret-scanning)\/\d+$/;

/** An alert as the REST API lists it, as the webhook would have sent it. */
function asWebhook(doc: JsonObject): { event: string; body: JsonObject } | undefined {
  const [, repository, kind] = ALERT_PAGE.exec(str(doc, 'html_url') ?? '') ?? [];
  if (repository === undefined || kind === undefined || !('number' in doc)) return undefined;
  return { event: `${kind.replace('-', '_')}_alert`, body: { alert: doc, repository: { html_url: repository } } };
}

function decode(doc: Json, envelope: Envelope): Decoded {
  if (!isObject(doc)) return reject('github-webhooks.schema', 'not an object');
  const listed = asWebhook(doc);
  if (listed !== undefined) return accept(...alertFindings(listed.event, listed.body, envelope));
  const event = eventName(doc, envelope);
  switch (event) {
    case 'code_scanning_alert':
    case 'dependabot_alert':
    case 'secret_scanning_alert':
    case 'repository_vulnerability_alert':
      return accept(...alertFindings(event, doc, envelope));
    case 'workflow_run':
      return accept(...runObservations(obj(doc, 'workflow_run'), doc, envelope));
    case 'check_run':
      return accept(...checkObservations(obj(doc, 'check_run'), doc, envelope));
    case 'push':
      return accept(...pushObservations(doc, envelope));
    case 'deployment_status':
      return accept(...deploymentObservations(doc, envelope));
    default: {
      const member = obj(doc, event ?? 'unknown');
      const asset = isObject(doc.repository)
        ? repositoryAsset(str(doc, 'repository', 'html_url') ?? str(doc, 'repository', 'full_name') ?? '_')
        : undefined;
      const atMs = eventTime(
        envelope,
        member.updated_at,
        member.completed_at,
        member.started_at,
        member.created_at,
        member.published_at,
      );
      const action = `github:${event ?? 'event'}:${str(doc, 'action') ?? 'sent'}`;
      return accept({
        kind: 'activity',
        action,
        atMs,
        actor: actorOf(str(doc, 'sender', 'login')),
        ...(asset === undefined ? {} : { asset }),
      });
    }
  }
}

/** A push is a commit change with its head's time; the removal of a ref changes no code. */
function pushObservations(doc: JsonObject, envelope: Envelope): Observation[] {
  const repository = repositoryAsset(str(doc, 'repository', 'html_url') ?? str(doc, 'repository', 'full_name') ?? '_');
  const revision = str(doc, 'after') ?? '_';
  const head = obj(doc, 'head_commit');
  const atMs = eventTime(envelope, at(doc, 'repository', 'pushed_at'), head.timestamp);
  const sender = str(doc, 'sender', 'login') ?? str(doc, 'pusher', 'name');
  const actor = actorOf(sender, at(doc, 'sender', 'type') === 'Bot' ? 'automation' : 'human');
  const ref = str(doc, 'ref');
  if (bool(doc, 'deleted') === true)
    return [{ kind: 'activity', action: 'github:push:deleted', atMs, actor, asset: repository }];
  const message = str(head, 'message');
  return [
    change({
      nativeId: `${repository.id}@${revision}`,
      changeKind: 'commit',
      action: 'github:push',
      atMs,
      assets: [repository],
      actor,
      outcome: 'success',
      title: message?.split('\n')[0],
      vcs: {
        repository: repository.id,
        revision,
        ...(ref === undefined ? {} : { ref }),
        ...(sender === undefined ? {} : { author: sender }),
        ...(message === undefined ? {} : { message: message.slice(0, 300) }),
      },
      links: str(doc, 'compare') === undefined ? undefined : [{ rel: 'commit', href: str(doc, 'compare') ?? '' }],
    }),
  ];
}

function deploymentObservations(doc: JsonObject, envelope: Envelope): Observation[] {
  const status = obj(doc, 'deployment_status');
  const deployment = obj(doc, 'deployment');
  const state = str(status, 'state');
  const repository = repositoryAsset(str(doc, 'repository', 'html_url') ?? '_');
  const atMs = eventTime(envelope, status.updated_at, status.created_at);
  const kinds: Record<string, ActorKind> = { Bot: 'automation', User: 'human' };
  const actor = actorOf(str(status, 'creator', 'login'), kinds[str(status, 'creator', 'type') ?? '']);
  if (state !== 'success' && state !== 'failure' && state !== 'error') {
    return [
      { kind: 'activity', action: `github:deployment_status:${state ?? 'unknown'}`, atMs, actor, asset: repository },
    ];
  }
  const url = str(status, 'target_url') ?? str(status, 'log_url');
  const revision = str(deployment, 'sha');
  return [
    change({
      nativeId: str(status, 'id') ?? contentId(status),
      changeKind: 'deploy',
      action: 'github:deployment',
      atMs,
      assets: [repository],
      actor,
      outcome: state === 'success' ? 'success' : 'failure',
      environment: str(status, 'environment') ?? str(deployment, 'environment'),
      service: str(doc, 'repository', 'name'),
      title: `deployment of ${str(deployment, 'ref') ?? revision ?? 'a revision'}`,
      vcs: {
        repository: repository.id,
        ...(revision === undefined ? {} : { revision }),
        ...(str(deployment, 'ref') === undefined ? {} : { ref: str(deployment, 'ref') ?? '' }),
      },
      links: url === undefined ? undefined : [{ rel: 'pipeline', href: url }],
    }),
  ];
}
