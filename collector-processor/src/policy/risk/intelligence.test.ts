import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Finding } from '@cnapp-slo/model';
import { readIntelligence } from './intelligence.ts';

const of = (rule: string, evidence: Finding['evidence'] = {}): Finding => ({ rule, evidence }) as Finding;

test('the lists as CISA and FIRST publish them, and what a scanner says itself', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'lists-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const kev_file = join(folder, 'kev.json');
  const epss_file = join(folder, 'epss.csv');
  const entry = { cveID: 'CVE-2021-44228', vendorProject: 'Apache', product: 'Log4j2', dateAdded: '2021-12-10' };
  writeFileSync(kev_file, JSON.stringify({ title: 'KEV', catalogVersion: '1', count: 1, vulnerabilities: [entry] }));
  writeFileSync(epss_file, '#model_version:v2025.03.14\ncve,epss,percentile\nCVE-2021-44228,0.94358,0.99957\n');
  const lists = readIntelligence({ kev_file, epss_file });
  assert.deepEqual(
    ['CVE-2021-44228', 'CVE-2020-0001', 'GHSA-2p57-rm9w-gvfp'].map((rule) => lists.isKnownExploited(of(rule))),
    [true, false, null], // the list names CVEs only
  );
  assert.deepEqual([lists.epss(of('CVE-2021-44228')), lists.epss(of('CVE-2020-0001'))], [0.94358, null]);
  const alone = readIntelligence({});
  assert.deepEqual([alone.isKnownExploited(of('CVE-2021-44228')), alone.epss(of('CVE-2021-44228'))], [null, null]);
  const said = of('CVE-2021-44228', { known_exploited: true, epss: 0.5 });
  assert.deepEqual([alone.isKnownExploited(said), alone.epss(said)], [true, 0.5]);
  writeFileSync(epss_file, 'nothing');
  assert.throws(() => readIntelligence({ epss_file }), /risk\.epss_file: .*holds no scores/);
});
