import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const app = join(__dirname, '..');
/** Grafana loads it with every page, whatever somebody came for. */
const entryBudgetBytes = 60_000;

describe('the bundle', () => {
  const out = mkdtempSync(join(tmpdir(), 'cnapp-bundle-'));
  beforeAll(() => {
    const args = ['webpack', '--config', 'webpack.config.mjs', '--mode', 'production', '--output-path', out];
    execFileSync('npx', args, { cwd: app, stdio: 'pipe' });
  }, 300_000);
  afterAll(() => rmSync(out, { recursive: true }));

  test.each(['module.js', 'datasource/module.js'])('%s stays below 60 KB gzipped', (file) => {
    expect(gzipSync(readFileSync(join(out, file))).length).toBeLessThan(entryBudgetBytes);
  });

  test('the pages are chunks of their own', () => {
    expect(readdirSync(join(out, 'chunks')).filter((name) => name.endsWith('.js')).length).toBeGreaterThan(0);
  });
});
