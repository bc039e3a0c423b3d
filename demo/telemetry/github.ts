import type { JsonObject } from '@cnapp-slo/model';
import { MAIL_DOMAIN, ORGANISATION } from '../company/catalogue.ts';
import type { Random } from '../random.ts';
import { type LogRecord, logRecord, seconds } from './record.ts';

export interface Commit {
  /** `owner/name`. */
  repository: string;
  sha: string;
  author: string;
  message: string;
  atMs: number;
}

export interface Run {
  commit: Commit;
  id: number;
  name: string;
  startMs: number;
  endMs: number;
  succeeded: boolean;
}

const RESOURCE = { 'service.name': 'github-webhooks', 'cnapp.scope': ORGANISATION };

export function commitOf(repository: string, author: string, message: string, atMs: number, random: Random): Commit {
  return { repository, sha: random.hex(40), author, message, atMs };
}

/** The `push` webhook. Shape: docs.github.com/webhooks/webhook-events-and-payloads#push. */
export function pushEvent(commit: Commit): LogRecord {
  const { repository, sha, author, message, atMs } = commit;
  const url = `https://github.com/${repository}`;
  const head: JsonObject = {
    id: sha,
    message,
    timestamp: seconds(atMs),
    url: `${url}/commit/${sha}`,
    author: { name: author, email: `${author}@${MAIL_DOMAIN}`, username: author },
    distinct: true,
  };
  const body: JsonObject = {
    ref: 'refs/heads/main',
    before: `${'0'.repeat(39)}1`,
    after: sha,
    compare: `${url}/compare/main~1...${sha.slice(0, 12)}`,
    created: false,
    deleted: false,
    forced: false,
    commits: [head],
    head_commit: head,
    pusher: { name: author, email: `${author}@${MAIL_DOMAIN}` },
    repository: { ...repositoryOf(repository), pushed_at: Math.floor(atMs / 1000) },
    organization: { login: ORGANISATION },
    sender: { login: author, type: 'User' },
  };
  return logRecord(atMs, 'github-webhooks', RESOURCE, body, { 'x-github-event': 'push' });
}

/** The `workflow_run` webhook of a run that completed. */
export function workflowRunEvent({ commit, id, name, startMs, endMs, succeeded }: Run): LogRecord {
  const { repository, sha, author, message } = commit;
  const url = `https://github.com/${repository}`;
  const body: JsonObject = {
    action: 'completed',
    workflow_run: {
      id,
      name,
      head_branch: 'main',
      head_sha: sha,
      path: `.github/workflows/${name}.yml`,
      display_title: message,
      run_number: id % 10_000,
      run_attempt: 1,
      event: 'push',
      status: 'completed',
      conclusion: succeeded ? 'success' : 'failure',
      html_url: `${url}/actions/runs/${id}`,
      created_at: seconds(startMs),
      run_started_at: seconds(startMs),
      updated_at: seconds(endMs),
      actor: { login: author, type: 'User' },
      triggering_actor: { login: author, type: 'User' },
      head_commit: { id: sha, message, timestamp: seconds(commit.atMs) },
    },
    workflow: { id: 1_000_000 + (id % 1000), name, path: `.github/workflows/${name}.yml`, state: 'active' },
    repository: repositoryOf(repository),
    organization: { login: ORGANISATION },
    sender: { login: author, type: 'User' },
  };
  return logRecord(endMs, 'github-webhooks', RESOURCE, body, { 'x-github-event': 'workflow_run' });
}

function repositoryOf(repository: string): JsonObject {
  const [owner = '', name = ''] = repository.split('/');
  return {
    name,
    full_name: repository,
    private: true,
    html_url: `https://github.com/${repository}`,
    default_branch: 'main',
    owner: { login: owner, type: 'Organization' },
  };
}
