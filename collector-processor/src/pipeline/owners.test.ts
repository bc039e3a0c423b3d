import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AssetContext, AssetObservation, AssetRef } from '@cnapp-slo/model';
import { DEFAULT_EPISODE_POLICY } from '@cnapp-slo/model';
import { SqliteStore } from '../storage/sqlite/store.ts';
import { Draft } from './draft.ts';
import { Estate } from './estate.ts';
import { assetKey, factOf } from './facts.ts';

const REPOSITORY: AssetRef = { id: 'https://github.com/acme/infra', kind: 'repository', provider: 'github' };
const BUCKET: AssetRef = { id: 'arn:aws:s3:::ledger', kind: 's3_bucket', provider: 'aws' };
const COMPONENT: AssetRef = { id: 'backstage:component:default/shop', kind: 'component', provider: 'other' };

function seen(asset: AssetRef, context: AssetContext, atMs = 1000): AssetObservation {
  return { kind: 'asset', asset, state: 'present', atMs, context };
}

const declared = { iac: { repository: REPOSITORY.id, path: 'payments/ledger.tf' } };
const codeOwners = [
  { pattern: '*', owners: ['@acme/platform'] },
  { pattern: '/payments/', owners: ['@acme/payments'] },
];

/** The bucket's owner with the facts in every order, each committed alone. */
function ownersOf(told: readonly AssetObservation[]): string[] {
  const orders = told.map((_, at) => [...told.slice(at), ...told.slice(0, at)]);
  const owners = [...orders, ...orders.map((order) => order.toReversed())].map((order) => {
    const store = new SqliteStore(':memory:');
    const estate = new Estate(DEFAULT_EPISODE_POLICY);
    for (const body of order) {
      const draft = new Draft(estate, store, () => false);
      const source = { id: 'test', format: 'test', scope: 'test' };
      const fact = factOf(body, { tenant: 'default', recvMs: 2000, backfill: false, exercise: false, source });
      store.transaction(() => {
        draft.take(fact);
        draft.finish();
      });
      draft.apply();
    }
    store.close();
    const asset = estate.assets.get(assetKey('default', BUCKET.id))?.asset;
    return `${asset?.team}: ${asset?.teamReason ?? 'said'}`;
  });
  return [...new Set(owners)];
}

for (const [name, told, want] of [
  ['nothing says it', [seen(BUCKET, {})], 'unowned: said'],
  [
    'a tag says it',
    [seen(BUCKET, { owner: 'treasury', ...declared }), seen(REPOSITORY, { codeOwners })],
    'treasury: said',
  ],
  [
    'CODEOWNERS of the repository that declares it',
    [seen(BUCKET, declared), seen(REPOSITORY, { owner: 'platform', codeOwners })],
    'acme/payments: CODEOWNERS of https://github.com/acme/infra: /payments/',
  ],
  [
    'the latest CODEOWNERS',
    [
      seen(BUCKET, declared),
      seen(REPOSITORY, { codeOwners }),
      seen(REPOSITORY, { codeOwners: [{ pattern: '*', owners: ['@acme/new'] }] }, 1500),
    ],
    'acme/new: CODEOWNERS of https://github.com/acme/infra: *',
  ],
  [
    'the repository’s own owner',
    [seen(BUCKET, declared), seen(REPOSITORY, { owner: 'platform' })],
    'platform: owner of https://github.com/acme/infra, which declares it',
  ],
  [
    'the catalogue’s component of its service',
    [seen(BUCKET, { service: 'shop' }), seen(COMPONENT, { owner: 'shop-team' })],
    'shop-team: owner of the catalogue’s component shop',
  ],
] as const) {
  test(`owner: ${name}, in any order`, () => assert.deepEqual(ownersOf(told), [want]));
}
