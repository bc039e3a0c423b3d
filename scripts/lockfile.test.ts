import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { isInstalled, neededPaths } from './lockfile.mjs';

const packages = {
  '': { devDependencies: { tool: '1.0.0' } },
  app: { dependencies: { model: '1.0.0', shared: '2.0.0' }, devDependencies: { heavy: '1.0.0' } },
  model: { devDependencies: { 'model-dev': '1.0.0' } },
  'node_modules/model': { resolved: 'model', link: true },
  'node_modules/model-dev': { version: '1.0.0' },
  'node_modules/tool': { version: '1.0.0', dependencies: { shared: '1.0.0' }, devDependencies: { absent: '1.0.0' } },
  'node_modules/shared': { version: '1.0.0' },
  'app/node_modules/shared': {
    version: '2.0.0',
    optionalDependencies: { 'shared-linux': '2.0.0', 'shared-mac': '2.0.0' },
  },
  'node_modules/shared-linux': { version: '2.0.0', optional: true },
  'node_modules/heavy': { version: '1.0.0' },
};

test('needed are the dependencies of the roots, the nearest of a name, and not the development dependencies of others', () => {
  assert.deepEqual(neededPaths(packages, ['']), ['node_modules/shared', 'node_modules/tool']);
  assert.deepEqual(neededPaths(packages, ['app']), [
    'app/node_modules/shared',
    'node_modules/heavy',
    'node_modules/model',
    'node_modules/shared-linux',
  ]);
});

test('an installation holds when every needed package is there in the locked version', () => {
  const root = mkdtempSync(join(tmpdir(), 'cnapp-lockfile-'));
  const installed = (present: Record<string, { version?: string }>) => {
    writeFileSync(join(root, 'node_modules/.package-lock.json'), JSON.stringify({ packages: present }));
    return isInstalled(root, []);
  };
  try {
    writeFileSync(join(root, 'package-lock.json'), JSON.stringify({ packages }));
    assert.equal(isInstalled(root, []), false, 'nothing is installed');
    mkdirSync(join(root, 'node_modules/tool'), { recursive: true });
    const both = { 'node_modules/tool': { version: '1.0.0' }, 'node_modules/shared': { version: '1.0.0' } };
    assert.equal(installed(both), false, 'the folder of `shared` is not there');
    mkdirSync(join(root, 'node_modules/shared'));
    assert.equal(installed(both), true);
    assert.equal(isInstalled(root, ['app']), false, 'app needs more');
    assert.equal(installed({ ...both, 'node_modules/shared': { version: '0.9.0' } }), false, 'another version');
  } finally {
    rmSync(root, { recursive: true });
  }
});
