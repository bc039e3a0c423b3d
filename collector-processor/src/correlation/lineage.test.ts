import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ChangeObservation } from '@cnapp-slo/model';
import { lineageSubjects, withLineage } from './lineage.ts';

function change(more: Partial<ChangeObservation>): ChangeObservation {
  return {
    kind: 'change',
    nativeId: 'n',
    changeKind: 'api',
    action: 'aws:s3:PutBucketPolicy',
    atMs: 0,
    assets: [],
    actor: { id: 'arn:aws:sts::1:assumed-role/deploy/GitHubActions-21987654321', kind: 'automation' },
    outcome: 'success',
    ...more,
  };
}

const commit = change({
  changeKind: 'commit',
  vcs: { repository: 'https://github.com/acme/infra', revision: 'abc', author: 'ana', message: 'open it' },
  links: [{ rel: 'commit', href: 'https://github.com/acme/infra/commit/abc' }],
});
const run = change({
  changeKind: 'build',
  vcs: { repository: 'https://github.com/acme/infra', revision: 'abc' },
  pipeline: { runId: '21987654321.1', url: 'https://github.com/acme/infra/actions/runs/21987654321' },
});

const ledger =
  (...changes: ChangeObservation[]) =>
  (subject: string) =>
    changes.filter((one) => lineageSubjects('t', one).includes(subject));

test('an API call is joined to its run by the session name, and to its commit by the run', () => {
  const joined = withLineage('t', change({}), ledger(run, commit));
  assert.equal(joined.pipeline?.url, 'https://github.com/acme/infra/actions/runs/21987654321');
  assert.deepEqual([joined.vcs?.revision, joined.vcs?.author], ['abc', 'ana']);
  assert.deepEqual(
    joined.links?.map((link) => link.rel),
    ['commit'],
  );
});

test('nothing is joined without proof', () => {
  const byHand = change({ actor: { id: 'arn:aws:sts::1:assumed-role/Operator/ana@example.com', kind: 'human' } });
  assert.equal(withLineage('t', byHand, ledger(run, commit)), byHand);
  const short = change({ actor: { id: 'deploy-4711', kind: 'automation' } });
  assert.equal(withLineage('t', short, ledger(change({ ...run, pipeline: { runId: '4711' } }))), short);
  assert.equal(withLineage('other', change({}), ledger(run, commit)).vcs, undefined); // another tenant's run
});
