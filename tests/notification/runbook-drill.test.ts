import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { DetectorClass, EpisodeJson, FindingJson, Page } from '@cnapp-slo/model';
import { bucketStory } from '../acceptance/bucket-story.ts';
import { type ProcessorServer, startProcessor } from '../servers/processor.ts';

const MINUTE = 60_000;
const baseMs = Math.floor((Date.now() - 3 * 3600_000) / 1000) * 1000;
const at = (minutes: number): string => new Date(baseMs + minutes * MINUTE).toISOString();
/** The scope is known, it fails, it is over: far enough apart that nothing is backlog. */
const [KNOWN, FAILED, OVER] = [0, 90, 120];

/** A finding of each class, as a tool tells it, and how its runbook says that it ends. */
interface Drill {
  fails: object[];
  /** Documents that prove the fix; or what somebody records, where the detector never passes. */
  proof: object[] | 'contained';
}

function trivy(minutes: number, artifact: object, result: object): object {
  return { SchemaVersion: 2, CreatedAt: at(minutes), ...artifact, Results: [{ Target: 'x', ...result }] };
}
function scans(artifact: object, scanned: object, found: object): Drill {
  return {
    fails: [trivy(KNOWN, artifact, scanned), trivy(FAILED, artifact, { ...scanned, ...found })],
    proof: [trivy(OVER, artifact, scanned)],
  };
}
const image = { ArtifactName: 'registry.example.com/shop/cart:v1', ArtifactType: 'container_image' };
const repository = { ArtifactName: 'https://github.com/acme/cart', ArtifactType: 'repository' };

function sarif(minutes: number, results: object[]): object {
  const rule = {
    id: 'js/sqli',
    shortDescription: { text: 'SQL injection' },
    properties: { 'security-severity': '9.8' },
  };
  const run = {
    tool: { driver: { name: 'CodeQL', rules: [rule] } },
    versionControlProvenance: [{ repositoryUri: 'https://github.com/acme/shop' }],
    invocations: [{ executionSuccessful: true, endTimeUtc: at(minutes) }],
    results,
  };
  return { version: '2.1.0', $schema: 'https://json.schemastore.org/sarif-2.1.0.json', runs: [run] };
}
const weakness = {
  ruleId: 'js/sqli',
  level: 'error',
  message: { text: 'x' },
  locations: [{ physicalLocation: { artifactLocation: { uri: 'src/a.js' }, region: { startLine: 3 } } }],
  partialFingerprints: { primaryLocationLineHash: 'h1' },
};

function driftctl(minutes: number, differences: object[]): object {
  const managed = [{ id: 'data-prod', type: 'aws_s3_bucket' }];
  const summary = { total_resources: 1, total_unmanaged: 0, total_missing: 0, total_managed: 1 };
  return { summary, managed, unmanaged: [], missing: [], differences, coverage: 100, alerts: null, date: at(minutes) };
}
const differs = {
  res: { id: 'data-prod', type: 'aws_s3_bucket' },
  changelog: [{ type: 'update', path: ['versioning', '0', 'enabled'], from: true, to: false }],
};

const bucket = bucketStory(baseMs);
const role = JSON.parse(
  JSON.stringify(bucket)
    .replaceAll('s3_bucket_policy_public_write_access', 'iam_role_administrator_access')
    .replaceAll('acme-invoices', 'role-admin')
    .replaceAll('0b1d6f0a', '0b1d6f0b'),
) as object[];

/** All but `identity`, which no format tells of yet. */
const drills: Record<Exclude<DetectorClass, 'identity'>, Drill> = {
  posture: { fails: bucket.slice(0, 4), proof: bucket.slice(4) },
  identity_config: { fails: role.slice(0, 4), proof: role.slice(4) },
  vulnerability: scans(
    image,
    { Class: 'lang-pkgs', Type: 'node-pkg' },
    {
      Vulnerabilities: [
        {
          VulnerabilityID: 'CVE-2026-0001',
          PkgName: 'left',
          InstalledVersion: '1',
          Severity: 'CRITICAL',
          Title: 'bad',
        },
      ],
    },
  ),
  secret: scans(
    repository,
    { Class: 'secret' },
    {
      Secrets: [
        { RuleID: 'aws-key', Category: 'AWS', Severity: 'CRITICAL', Title: 'AWS key', StartLine: 3, EndLine: 3 },
      ],
    },
  ),
  iac: scans(
    repository,
    { Class: 'config', Type: 'terraform' },
    {
      Misconfigurations: [
        { Type: 'Terraform', ID: 'AVD-AWS-0086', Title: 'public', Severity: 'CRITICAL', Status: 'FAIL', Message: 'x' },
      ],
    },
  ),
  sast: { fails: [sarif(KNOWN, []), sarif(FAILED, [weakness])], proof: [sarif(OVER, [])] },
  drift: { fails: [driftctl(KNOWN, []), driftctl(FAILED, [differs])], proof: [driftctl(OVER, [])] },
  runtime: {
    fails: [
      {
        uuid: 'b1f5c0de-0000-4000-8000-000000000009',
        hostname: 'node-1',
        output: 'A shell was spawned in a container',
        priority: 'Critical',
        rule: 'Terminal shell in container',
        source: 'syscall',
        tags: ['container', 'mitre_execution'],
        time: at(FAILED),
        output_fields: { 'container.id': '97c9868ea832', 'k8s.ns.name': 'shop', 'k8s.pod.name': 'cart-0' },
      },
    ],
    proof: 'contained',
  },
};

let processor: ProcessorServer;
before(async () => {
  processor = await startProcessor();
});
after(() => processor.stop());

for (const [name, { fails, proof }] of Object.entries(drills)) {
  test(`${name}: its page leads to its runbook, and what that calls proof ends it`, async () => {
    for (const document of fails) assert.equal((await processor.sendLogs([document])).status, 200);
    const { items } = (await processor.get(`/api/v1/findings?state=open&detector_class=${name}`)) as Page<FindingJson>;
    const [found] = items;
    assert.ok(found, 'it is found');
    const page = await (await fetch(`http://${processor.api}/findings/${found.id}`)).text();
    assert.match(page, new RegExp(`href="/runbooks/${name}"`));
    const runbook = await (await fetch(`http://${processor.api}/runbooks/${name}`)).text();
    for (const part of ['Owner: ', 'Last tested: ', '## First', '## Fix', '## Proof', '## Not a problem?']) {
      assert.ok(runbook.includes(part), part);
    }
    if (proof === 'contained') {
      assert.match(runbook, /never says PASS/);
      const body = JSON.stringify({ subject_id: found.id, action: 'contained', actor: 'ana@acme.example' });
      const headers = { 'content-type': 'application/json' };
      await fetch(`http://${processor.api}/api/v1/actions`, { method: 'POST', headers, body });
    } else for (const document of proof) await processor.sendLogs([document]);
    const { episodes = [] } = (await processor.get(`/api/v1/findings/${found.id}`)) as FindingJson;
    const [{ state, close_reason }] = episodes as [EpisodeJson];
    assert.deepEqual([state, close_reason], ['closed', 'remediated_verified']);
  });
}
