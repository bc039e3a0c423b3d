import assert from 'node:assert/strict';
import { test } from 'node:test';
import { observeObject } from './kubernetes-object.ts';

/** A pod's status as the API server gives it (kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1). */
function pod(...imageIds: string[]) {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'cart-7d9f-x2x4p',
      namespace: 'shop',
      ownerReferences: [{ kind: 'DaemonSet', name: 'cart', controller: true }],
    },
    status: { containerStatuses: imageIds.map((imageID, index) => ({ name: `c${index}`, imageID })) },
  };
}

test('a pod shows which digests its workload runs, each once; a tag shows none', () => {
  const digest = `sha256:${'a'.repeat(64)}`;
  const envelope = { resource: { 'k8s.cluster.name': 'prod' }, attributes: {}, receivedMs: 1 };
  const seen = (...ids: string[]) => {
    const [observation] = observeObject(pod(...ids), envelope);
    assert.equal(observation?.kind, 'asset');
    return observation?.kind === 'asset' ? [observation.asset.kind, observation.relations] : [];
  };
  const runs = [{ rel: 'runs_image', to: `ghcr.io/shop/cart@${digest}` }];
  const id = `docker-pullable://ghcr.io/shop/cart@${digest}`;
  assert.deepEqual(seen(id, `ghcr.io/shop/cart@${digest}`, 'ghcr.io/shop/proxy:1.2'), ['daemonset', runs]);
  assert.deepEqual(seen('ghcr.io/shop/proxy:1.2'), ['daemonset', undefined]);
});
