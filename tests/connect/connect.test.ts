import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Page, SourceJson } from '@cnapp-slo/model';
import { parse } from 'yaml';
import { type CollectorConfig, startCollector } from '../servers/collector.ts';
import { temporaryFolder, waitFor } from '../servers/process.ts';
import { type ProcessorServer, startProcessor } from '../servers/processor.ts';
import { requirePart } from '../servers/require-part.ts';

/** What the pages of docs/connect say, done: their Collector configurations carry our own samples to a processor. */
const root = join(import.meta.dirname, '../..');
const pages = globSync('docs/connect/*.md', { cwd: root }).sort();
const { skip } = requirePart('collector');

/** What the page's receiver would have read: formats whose samples go in, and what the receiver adds to each record. */
const READS: Record<string, { formats: string[]; attributes?: Record<string, string> }> = {
  'falco.md': { formats: ['falco'] },
  'tetragon.md': { formats: ['tetragon'] },
  'kubernetes-audit.md': { formats: ['k8s-audit'] },
  'kubernetes-objects.md': { formats: ['trivy-operator', 'policyreport', 'gatekeeper', 'argocd'] },
  'aws.md': { formats: ['cloudtrail', 'guardduty', 'securityhub-asff'] },
  'gcp.md': { formats: ['gcp-scc', 'gcp-auditlog'] },
  'ci.md': { formats: ['trivy', 'grype', 'checkov', 'sarif', 'terraform-plan', 'sbom-cyclonedx', 'slsa-intoto'] },
  'webhooks.md': {
    formats: ['github-webhooks', 'gitlab', 'azure-devops', 'okta'],
    attributes: { 'header.X-GitHub-Event': 'workflow_run' },
  },
  'hosts-and-networks.md': { formats: ['wazuh', 'suricata', 'zeek', 'osquery'] },
};

interface Block {
  page: string;
  text: string;
}

function blocksOf(page: string): Block[] {
  const text = readFileSync(join(root, page), 'utf8');
  return [...text.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, block = '']) => ({ page: basename(page), text: block }));
}

const blocks = pages.flatMap(blocksOf);

interface FullConfig {
  receivers: Record<string, unknown>;
  processors: Record<string, unknown>;
  exporters: Record<string, unknown>;
  service: { pipelines: CollectorConfig['pipelines'] };
}

/** The documents of a format's samples, each as the text of one record. */
function samplesOf(format: string): string[] {
  const folder = join(root, 'collector-processor/src/formats', format, 'testdata');
  return globSync('*.in.json', { cwd: folder }).flatMap((name) => {
    const value = JSON.parse(readFileSync(join(folder, name), 'utf8')) as unknown;
    return (Array.isArray(value) ? value : [value]).map((document) => JSON.stringify(document));
  });
}

let processor: ProcessorServer;
before(async () => {
  if (!skip) processor = await startProcessor();
});
after(() => processor?.stop());

async function recognisedBy(format: string): Promise<number> {
  const { items } = (await processor.get('/api/v1/sources')) as Page<SourceJson>;
  return items.filter((source) => source.format === format).reduce((sum, source) => sum + source.recognised, 0);
}

for (const { page, text } of blocks.filter((block) => block.text.includes('service:'))) {
  test(`${page}: the Collector's configuration brings its formats in`, { skip }, async () => {
    const config = parse(text) as FullConfig;
    const reads = READS[page];
    assert.ok(reads, `nothing is known of what ${page} reads`);
    const own = Object.keys(config.receivers);
    const pipelines = Object.fromEntries(
      Object.entries(config.service.pipelines).map(([signal, pipeline]) => {
        assert.deepEqual(pipeline.receivers, own, 'every receiver is used');
        return [signal, { ...pipeline, receivers: ['otlp'] }];
      }),
    );
    const before = await Promise.all(reads.formats.map(recognisedBy));
    const collector = await startCollector(
      () => ({ processors: config.processors, exporters: config.exporters, pipelines }),
      { CNAPP_OTLP: processor.otlpGrpc },
    );
    try {
      const attributes = Object.entries(reads.attributes ?? {}).map(([key, value]) => ({
        key,
        value: { stringValue: value },
      }));
      for (const format of reads.formats) {
        const logRecords = samplesOf(format).map((stringValue) => ({
          body: { stringValue },
          attributes: format === 'github-webhooks' ? attributes : [],
        }));
        const answer = await fetch(`http://${collector.http}/v1/logs`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ resourceLogs: [{ resource: {}, scopeLogs: [{ logRecords }] }] }),
        });
        assert.equal(answer.status, 200, await answer.text());
      }
      for (const [index, format] of reads.formats.entries())
        await waitFor(
          `${format} from ${page}`,
          async () => (await recognisedBy(format)) - (before[index] ?? 0) >= samplesOf(format).length / 2,
        );
    } finally {
      await collector.stop();
    }
  });
}

for (const { page, text } of blocks.filter((block) => block.text.startsWith('# cnapp-slo'))) {
  test(`${page}: the processor's configuration is one`, () => {
    const folder = temporaryFolder('connect');
    try {
      const secret = join(folder.path, 'secret');
      writeFileSync(secret, 'x');
      const file = join(folder.path, 'cnapp.yaml');
      writeFileSync(file, text.replace(/\/run\/secrets\/\w+/g, secret));
      const main = join(root, 'collector-processor/src/main.ts');
      const { status, stdout, stderr } = spawnSync(process.execPath, [main, 'check-config', '--config', file], {
        encoding: 'utf8',
      });
      assert.deepEqual([status, stdout.trim()], [0, 'ok'], stderr);
    } finally {
      folder.remove();
    }
  });
}

test('every page is in the index, and every link leads to a page', () => {
  const index = readFileSync(join(root, 'docs/connect/README.md'), 'utf8');
  const linked = new Set([...index.matchAll(/\]\(([\w-]+\.md)\)/g)].map(([, name]) => name));
  const there = pages.map((page) => basename(page)).filter((name) => name !== 'README.md');
  assert.deepEqual([...linked].sort(), there.sort());
});

test('what a page reads goes through a Collector', () => {
  const withCollector = new Set(blocks.filter(({ text }) => text.includes('service:')).map(({ page }) => page));
  assert.deepEqual(Object.keys(READS).sort(), [...withCollector].sort());
});
