import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AssetJson, Page, Problem, ScopeJson } from '@cnapp-slo/model';
import { startProcessor } from '../servers/processor.ts';

const ACCOUNT = '111122223333';
const ARN = 'arn:aws:s3:::ledger';
const baseMs = Math.floor((Date.now() - 10 * 3600_000) / 1000) * 1000;
const at = (hours: number): string => new Date(baseMs + hours * 3600_000).toISOString();

/** A configuration item as AWS Config delivers it: what was so since its capture time. */
function item(hours: number, team: string | null): object {
  return {
    version: '1.3',
    accountId: ACCOUNT,
    configurationItemCaptureTime: at(hours),
    configurationItemStatus: team === null ? 'ResourceDeleted' : 'OK',
    configurationStateId: String(Date.parse(at(hours))),
    arn: ARN,
    resourceType: 'AWS::S3::Bucket',
    resourceId: 'ledger',
    resourceName: 'ledger',
    awsRegion: 'eu-central-1',
    tags: team === null ? {} : { team, criticality: 'c1' },
    relatedEvents: [],
    relationships: [],
    configuration: team === null ? null : { name: 'ledger' },
    supplementaryConfiguration: {},
  };
}

test('the inventory answers for any moment, by what was known at any other, with late and out-of-order evidence', async (t) => {
  const processor = await startProcessor();
  t.after(() => processor.stop());
  const known: string[] = [];
  const tell = async (document: object): Promise<void> => {
    await processor.sendLogs([document]);
    known.push(new Date().toISOString());
    await new Promise((resolve) => setTimeout(resolve, 5)); // receipts count whole milliseconds
  };
  await tell(item(4, 'payments')); // 0: handed over at 4 h …
  await tell(item(1, 'platform')); // 1: … from platform, told late
  await tell(item(8, null)); // 2: deleted at 8 h
  await tell(item(6, 'treasury')); // 3: what happened at 6 h comes last
  /** [true at hour, known after telling (null: now), team or null where there was none, deleted] */
  const rows: [number | null, number | null, string | null, boolean][] = [
    [0.5, null, null, false],
    [2, null, 'platform', false],
    [2, 0, null, false],
    [5, null, 'payments', false],
    [5, 0, 'payments', false],
    [7, null, 'treasury', false],
    [7, 2, 'payments', false],
    [9, null, 'treasury', true],
    [9, 1, 'payments', false],
    [9, 2, 'payments', true],
    [null, null, 'treasury', true],
    [null, 1, 'payments', false],
  ];
  for (const [hour, after, team, isDeleted] of rows) {
    const query = new URLSearchParams();
    if (hour !== null) query.set('valid_at', at(hour));
    if (after !== null) query.set('as_of', known[after] ?? '');
    const answer = (await processor.get(`/api/v1/assets/${ARN}?${query}`)) as Partial<AssetJson & Problem>;
    const said = `true at ${hour}, known after ${after}`;
    if (team === null) {
      assert.equal(answer.code, 'not_found', said);
      continue;
    }
    assert.deepEqual([answer.team, answer.criticality], [team, 'c1'], said);
    assert.deepEqual(
      [answer.deleted_at, answer.deleted_cause],
      isDeleted ? [at(8), 'aws:config:ResourceDeleted'] : [null, null],
      said,
    );
    const list = (await processor.get(`/api/v1/assets?state=present&${query}`)) as Page<AssetJson>;
    assert.equal(list.items.length, isDeleted ? 0 : 1, said);
  }
});

function deployments(names: readonly string[], version: string, more: object = {}): object {
  return {
    apiVersion: 'apps/v1',
    kind: 'DeploymentList',
    metadata: { resourceVersion: version, ...more },
    items: [...names, 'agent'].map((name) => ({
      metadata: { name, namespace: name === 'agent' ? 'ops' : 'shop', creationTimestamp: at(0) },
    })),
  };
}

test('what a complete inventory lacks is deleted, with the inventory as the cause; an incomplete one deletes nothing', async (t) => {
  const processor = await startProcessor();
  t.after(() => processor.stop());
  const tell = (document: object) => processor.sendLogs([document], { 'k8s.cluster.name': 'prod' });
  const present = async (): Promise<(string | null)[]> => {
    const { items } = (await processor.get('/api/v1/assets?state=present')) as Page<AssetJson>;
    return items.map(({ name }) => name).sort();
  };
  await tell(deployments(['cart', 'checkout'], '100'));
  assert.deepEqual(await present(), ['agent', 'cart', 'checkout']);
  // An error storm: pages that break off, and a list of one namespace.
  for (let page = 0; page < 5; page += 1) await tell(deployments([], `10${page}1`, { continue: `token-${page}` }));
  assert.deepEqual(await present(), ['agent', 'cart', 'checkout']);
  const { items: scopes } = (await processor.get('/api/v1/scopes')) as Page<ScopeJson>;
  assert.deepEqual(
    scopes.map(({ scope, status, attempted, complete }) => [scope, status, attempted, complete]),
    [['inventory-kubernetes-lists/prod/deployment', 'complete', 6, 1]],
  );
  await tell(deployments(['checkout'], '200'));
  assert.deepEqual(await present(), ['agent', 'checkout']);
  const gone = (await processor.get('/api/v1/assets/prod/apps/deployment/shop/cart')) as AssetJson;
  assert.equal(gone.deleted_cause, 'absent from the complete inventory inventory-kubernetes-lists/prod/deployment');
  await tell(deployments(['cart', 'checkout'], '300'));
  assert.deepEqual(await present(), ['agent', 'cart', 'checkout']);
});
