import assert from 'node:assert/strict';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { AssetJson, FindingJson, GateJson, Page, PolicyEvaluationJson, PolicyJson } from '@cnapp-slo/model';
import { temporaryFolder, waitFor } from '../servers/process.ts';
import { startProcessor } from '../servers/processor.ts';

const root = join(import.meta.dirname, '../..');
const minutesAgo = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();

function bucket(name: string, minutes: number, tags: Record<string, string>): object {
  return {
    version: '1.3',
    accountId: '111122223333',
    configurationItemCaptureTime: minutesAgo(minutes),
    configurationItemStatus: 'OK',
    arn: `arn:aws:s3:::${name}`,
    resourceType: 'AWS::S3::Bucket',
    resourceId: name,
    awsRegion: 'eu-central-1',
    tags,
    configuration: { name },
  };
}

test('policies over assets: they open and pass findings, derive criticality, are counted, logged and reloaded', async (t) => {
  const folder = temporaryFolder('policies');
  t.after(() => folder.remove());
  cpSync(join(root, 'examples/policies'), folder.path, { recursive: true });
  const processor = await startProcessor(undefined, [`policies.path=${folder.path}`]);
  t.after(() => processor.stop());
  await processor.sendLogs([
    bucket('ledger', 30, { environment: 'production', team: 'payments' }),
    bucket('orphan', 30, { environment: 'production', service: 'shop' }),
  ]);
  const ledger = (await processor.get('/api/v1/assets/arn:aws:s3:::ledger')) as AssetJson;
  assert.deepEqual(
    [ledger.criticality, ledger.criticality_reason],
    ['c0', 'policy payments-in-production-is-critical 1: payments in production is c0'],
  );
  const findings = async (): Promise<FindingJson[]> =>
    ((await processor.get('/api/v1/findings?detector=policy')) as Page<FindingJson>).items;
  await waitFor('the finding', async () => (await findings()).length === 1);
  const [finding] = await findings();
  assert.deepEqual(
    [finding?.rule, finding?.asset_id, finding?.state],
    ['production-has-an-owner', 'arn:aws:s3:::orphan', 'open'],
  );
  const gate = async (): Promise<GateJson> =>
    (await processor.get('/api/v1/gate?service=shop&environment=production')) as GateJson;
  const reason = (mode: string) =>
    `policy production-has-an-owner (${mode}): Nobody owns this production asset: ${finding?.asset_name ?? finding?.asset_id}`;
  assert.ok((await gate()).reasons.includes(reason('warn')));
  // Hot: from warn to block …
  const file = join(folder.path, 'assets.yaml');
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.replaceAll('mode: warn', 'mode: block'));
  await waitFor('the reload', async () => (await gate()).decision === 'block');
  assert.ok((await gate()).reasons.includes(reason('block')));
  // … and what is wrong is refused, with the reason, while the others stay in force.
  writeFileSync(file, text.replace("asset.team == 'unowned'", 'asset.team =='));
  const list = async (): Promise<{ items: PolicyJson[]; refusal: string | null }> =>
    (await processor.get('/api/v1/policies')) as { items: PolicyJson[]; refusal: string | null };
  await waitFor('the refusal', async () => (await list()).refusal !== null);
  assert.match((await list()).refusal ?? '', /production-has-an-owner: spec\.when/);
  assert.equal((await gate()).decision, 'block');
  // Somebody takes it: the policy no longer holds.
  await processor.sendLogs([bucket('orphan', 1, { environment: 'production', service: 'shop', team: 'shop' })]);
  await waitFor('the pass', async () => (await findings())[0]?.state === 'closed');
  assert.notEqual((await gate()).decision, 'block');
  const { items: log } = (await processor.get(
    '/api/v1/policies/evaluations?policy=production-has-an-owner&limit=1000',
  )) as Page<PolicyEvaluationJson>;
  const count = (outcome: string): number => log.filter((entry) => entry.outcome === outcome).length;
  const counted = (await list()).items.find(({ name }) => name === 'production-has-an-owner')?.evaluations;
  assert.deepEqual(counted, { match: count('match'), no_match: count('no_match'), error: 0 });
  assert.ok(count('match') > 0 && count('no_match') > 0);
  const metrics = await (await fetch(`http://${processor.metrics}/metrics`)).text();
  assert.match(
    metrics,
    /cnapp_policy_evaluations_total\{policy="production-has-an-owner",mode="warn",outcome="match"\} \d+/,
  );
  assert.match(metrics, /cnapp_policy_reloads_total\{outcome="refused"\} 1/);
});

function guardDuty(id: string, type: string, role: string): object {
  return {
    schemaVersion: '2.0',
    accountId: '111122223333',
    region: 'eu-central-1',
    id,
    arn: `arn:aws:guardduty:eu-central-1:111122223333:detector/d/finding/${id}`,
    type,
    resource: {
      resourceType: 'AccessKey',
      accessKeyDetails: {
        accessKeyId: 'ASIAEXAMPLE',
        principalId: 'AROAEXAMPLE:run',
        userName: role,
        userType: 'AssumedRole',
      },
    },
    service: {
      serviceName: 'guardduty',
      archived: false,
      count: 1,
      eventFirstSeen: minutesAgo(20),
      eventLastSeen: minutesAgo(20),
    },
    severity: 8,
    createdAt: minutesAgo(20),
    updatedAt: minutesAgo(20),
    title: `${type} by ${role}`,
    description: 'An API was called in an unusual way.',
  };
}

test('known automation inside its actions wakes nobody, outside of them it does; both stay in the list', async (t) => {
  const folder = temporaryFolder('policies');
  t.after(() => folder.remove());
  const example = (name: string, rule: string, want: boolean) =>
    `  - { name: ${name}, given: { finding: { rule: '${rule}' } }, want: ${want} }\n`;
  const rule = 'Stealth:IAMUser/PasswordPolicyChange';
  writeFileSync(
    join(folder.path, 'automation.yaml'),
    `apiVersion: cnapp-slo.dev/v1
kind: Policy
metadata: { name: baseline-sets-password-policies, version: 1, owner: platform-security }
spec:
  mode: warn
  over: finding
  when: finding.rule == '${rule}'
  effect:
    suppress: { reason: the account baseline does this, expires: '2099-01-01T00:00:00Z' }
examples:
${example('within', rule, true)}${example('out of it', 'Other', false)}`,
  );
  const processor = await startProcessor(undefined, [`policies.path=${folder.path}`]);
  t.after(() => processor.stop());
  await processor.sendLogs([
    guardDuty('a1', rule, 'account-baseline'),
    guardDuty('a2', 'Persistence:IAMUser/AnomalousBehavior', 'account-baseline'),
  ]);
  const { items } = (await processor.get('/api/v1/findings')) as Page<FindingJson>;
  assert.deepEqual(items.map(({ rule: of, suppressed }) => [of, suppressed?.owner ?? null]).sort(), [
    ['Persistence:IAMUser/AnomalousBehavior', null],
    [rule, 'platform-security'],
  ]);
  const { items: incidents } = (await processor.get('/api/v1/incidents')) as Page<{ title: string }>;
  assert.deepEqual(
    incidents.map(({ title }) => title),
    ['Persistence:IAMUser/AnomalousBehavior by account-baseline'],
  );
});
