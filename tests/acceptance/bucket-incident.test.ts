import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { IncidentJson, Page } from '@cnapp-slo/model';
import { startProcessor } from '../servers/processor.ts';
import { ACCOUNT, ASSET, AT, at, bucketStory } from './bucket-story.ts';

/** The bucket story with the pipeline that opened the bucket, and a second detector that saw it too. */

const baseMs = Math.floor((Date.now() - 2 * 3600_000) / 1000) * 1000;
const iso = (minutes: number): string => new Date(at(baseMs, minutes)).toISOString();
const RUN = 8110001;
const COMMIT = '9f2c1ab0d4e5f6a7b8c9d0e1f2a3b4c5d6e7f809';
const REPOSITORY = { full_name: 'acme/infra', html_url: 'https://github.com/acme/infra', name: 'infra' };
const SENDER = { login: 'alice', type: 'User' };

/** Pipelines sign their cloud sessions with the id of their run. */
const story = bucketStory(baseMs).map(
  (document) => JSON.parse(JSON.stringify(document).replaceAll('deploy-4711', `gha-${RUN}`)) as object,
);

const push = {
  ref: 'refs/heads/main',
  before: '0'.repeat(40),
  after: COMMIT,
  deleted: false,
  pusher: { name: 'alice' },
  sender: SENDER,
  head_commit: { id: COMMIT, message: 'partners may upload', timestamp: iso(AT.opened - 8) },
  commits: [],
  repository: REPOSITORY,
};

const run = {
  action: 'completed',
  workflow_run: {
    id: RUN,
    run_attempt: 1,
    name: 'terraform apply',
    head_sha: COMMIT,
    head_branch: 'main',
    event: 'push',
    status: 'completed',
    conclusion: 'success',
    html_url: `https://github.com/acme/infra/actions/runs/${RUN}`,
    updated_at: iso(AT.opened + 1),
    display_title: 'partners may upload',
  },
  repository: REPOSITORY,
  sender: SENDER,
};

function securityHub(status: 'FAILED' | 'PASSED', minutes: number): object {
  return {
    SchemaVersion: '2018-10-08',
    Id: `arn:aws:securityhub:eu-central-1:${ACCOUNT}:security-control/S3.3/finding/1`,
    ProductArn: 'arn:aws:securityhub:eu-central-1::product/aws/securityhub',
    ProductName: 'Security Hub',
    CompanyName: 'AWS',
    Region: 'eu-central-1',
    GeneratorId: 'security-control/S3.3',
    AwsAccountId: ACCOUNT,
    Types: ['Software and Configuration Checks/Industry and Regulatory Standards'],
    CreatedAt: iso(AT.failed + 9),
    UpdatedAt: iso(minutes),
    Severity: { Label: 'CRITICAL', Original: 'CRITICAL', Normalized: 90 },
    Title: 'S3 general purpose buckets should block public write access',
    Description: 'This control checks whether an S3 general purpose bucket permits public write access.',
    Resources: [{ Type: 'AwsS3Bucket', Id: ASSET, Partition: 'aws', Region: 'eu-central-1' }],
    Compliance: { Status: status, SecurityControlId: 'S3.3' },
    Workflow: { Status: status === 'FAILED' ? 'NEW' : 'RESOLVED' },
    RecordState: 'ACTIVE',
  };
}

test('a public bucket is one incident: commit, pipeline, API call, two detectors, fix and proof', async (t) => {
  const processor = await startProcessor();
  t.after(() => processor.stop());
  await processor.sendLogs([push, run, ...story.slice(0, 4), securityHub('FAILED', AT.failed + 9)]);
  const page = (await processor.get('/api/v1/incidents')) as Page<IncidentJson>;
  assert.deepEqual(
    page.items.map(({ title, state }) => [title, state]),
    [['Check if S3 buckets have policies which allow WRITE access.', 'firing']],
  );
  await processor.sendLogs(story.slice(4));
  const halfway = (await processor.get('/api/v1/incidents')) as Page<IncidentJson>;
  assert.deepEqual(
    halfway.items.map(({ state }) => state),
    ['firing'], // the second detector has not passed yet
  );
  await processor.sendLogs([securityHub('PASSED', AT.verified + 4)]);
  const { items } = (await processor.get('/api/v1/incidents')) as Page<IncidentJson>;
  assert.equal(items.length, 1);
  const incident = (await processor.get(`/api/v1/incidents/${items[0]?.id}`)) as IncidentJson;
  assert.deepEqual(
    [incident.state, incident.started_at, incident.resolved_at],
    ['resolved', iso(AT.failed), iso(AT.verified + 4)],
  );
  assert.deepEqual(
    incident.chain?.map((step) => [step.at, step.kind, step.change?.revision ?? null]),
    [
      [iso(AT.opened - 8), 'commit', COMMIT],
      [iso(AT.opened), 'api', COMMIT],
      [iso(AT.opened + 1), 'build', COMMIT],
      [iso(AT.failed), 'weakness', null],
      [iso(AT.failed + 9), 'weakness', null],
      [iso(AT.fixed), 'api', COMMIT],
      [iso(AT.verified), 'verified', null],
      [iso(AT.verified + 4), 'verified', null],
    ],
  );
});
