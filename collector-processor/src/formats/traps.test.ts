import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Envelope, FindingObservation, Json, Observation, ScanObservation } from '@cnapp-slo/model';
import { recognise } from './index.ts';
import { parseTime } from './time.ts';

const envelope: Envelope = { resource: {}, attributes: {}, receivedMs: Date.UTC(2026, 5, 1) };
const findings = (items: readonly Observation[]): FindingObservation[] =>
  items.filter((item) => item.kind === 'finding');
const scans = (items: readonly Observation[]): ScanObservation[] => items.filter((item) => item.kind === 'scan');
const digest = `sha256:${'a'.repeat(64)}`;

function trivyReport(imageId: string, vulnerabilities: Json[], tag = '1'): Json {
  return {
    SchemaVersion: 2,
    CreatedAt: '2026-01-02T03:04:05Z',
    ArtifactName: `registry.example.com/shop/web:${tag}`,
    ArtifactType: 'container_image',
    Metadata: { ImageID: imageId, RepoDigests: [`registry.example.com/shop/web@${digest}`] },
    Results: [{ Target: 'x', Class: 'os-pkgs', Type: 'debian', Vulnerabilities: vulnerabilities }],
  };
}
const openssl = { VulnerabilityID: 'CVE-2024-0001', PkgName: 'openssl', Severity: 'HIGH' };

test('three image ids of one image are one asset, and a build under another tag is, too', () => {
  const ids = ['sha256:1', 'sha256:2', 'sha256:3'].flatMap((id, i) =>
    findings(recognise(trivyReport(id, [openssl], String(i)), envelope).observations),
  );
  assert.equal(new Set(ids.map(({ asset, rule, discriminator }) => `${asset.id} ${rule} ${discriminator}`)).size, 1);
});

test('in a pod context a vulnerability belongs to the workload', () => {
  const resource = { 'k8s.cluster.name': 'prod', 'k8s.namespace.name': 'shop', 'k8s.deployment.name': 'web' };
  const [found] = findings(recognise(trivyReport('sha256:1', [openssl]), { ...envelope, resource }).observations);
  assert.equal(found?.asset.id, 'prod/apps/deployment/shop/web');
  assert.equal(found?.evidence?.digest, digest);
});

test('a GHSA in Grype and its CVE in Trivy are one finding', () => {
  const grype = {
    matches: [
      {
        vulnerability: { id: 'GHSA-aaaa-bbbb-cccc', severity: 'High' },
        relatedVulnerabilities: [{ id: 'CVE-2024-0001' }],
        artifact: { name: 'openssl', version: '1' },
      },
    ],
    source: { type: 'image', target: { userInput: 'registry.example.com/shop/web:1' } },
    descriptor: { name: 'grype' },
  };
  const [a] = findings(recognise(grype, envelope).observations);
  const [b] = findings(recognise(trivyReport('x', [openssl]), envelope).observations);
  assert.deepEqual([a?.asset.id, a?.rule, a?.discriminator], [b?.asset.id, b?.rule, b?.discriminator]);
});

test('a clean scan is empty, not absent: it closes, within its scanner only', () => {
  const dirty = recognise(trivyReport('x', [openssl]), envelope).observations;
  const clean = recognise(trivyReport('x', []), envelope).observations;
  assert.deepEqual(findings(clean), []);
  assert.deepEqual(
    scans(clean).map(({ scope, complete, absenceCloses }) => [scope, complete, absenceCloses]),
    [[findings(dirty)[0]?.scope, true, true]],
  );
  assert.match(scans(clean)[0]?.scope ?? '', /\/vuln$/);
});

const times: [given: Json, iso: string | undefined][] = [
  [1767323045, '2026-01-02T03:04:05.000Z'],
  [1767323045678, '2026-01-02T03:04:05.678Z'],
  ['1767323045678123456', '2026-01-02T03:04:05.678Z'],
  ['2026-01-02T03:04:05.123456789Z', '2026-01-02T03:04:05.123Z'],
  ['2026-01-02 03:04:05.678901', '2026-01-02T03:04:05.678Z'],
  ['2026-01-02T03:04:05.123456+0000', '2026-01-02T03:04:05.123Z'],
  ['2016-08-12 17:23:28 +0200', '2016-08-12T15:23:28.000Z'],
  ['2016-08-12 15:23:28 UTC', '2016-08-12T15:23:28.000Z'],
  ['0001-01-01T00:00:00Z', undefined],
  ['2200-01-01T00:00:00Z', undefined],
  ['{timestamp}', undefined],
  ['11651379494838206464', undefined],
  [0, undefined],
];
for (const [given, iso] of times) {
  test(`the time ${JSON.stringify(given)} is ${iso ?? 'none'}`, () => {
    assert.equal(parseTime(given), iso === undefined ? undefined : Date.parse(iso));
  });
}

test('without a time of its own an event has the record time, else the receipt', () => {
  const alert = { rule: 'r', priority: 'Error', output_fields: {} };
  assert.equal(findings(recognise(alert, envelope).observations)[0]?.atMs, envelope.receivedMs);
  assert.equal(
    findings(recognise(alert, { ...envelope, recordTimeMs: Date.UTC(2026, 3, 1) }).observations)[0]?.atMs,
    Date.UTC(2026, 3, 1),
  );
});

test('falcosidekick over OTLP logs loses the output fields: the pod comes from the text', () => {
  const attributes = {
    rule: 'Terminal shell in container',
    priority: 'Notice',
    source: 'syscall',
    hostname: 'node-1',
    tags: 'container,T1059',
    timestamp: '2026-01-02 03:04:05.123456789 +0000 UTC',
  };
  const output =
    '03:04:05.123: Notice A shell was spawned (user=root k8s_ns_name=shop k8s_pod_name=web-6d4cf56db6-x7k2p container_id=97c9868ea832)';
  const [found] = findings(recognise(output, { ...envelope, attributes }).observations);
  assert.equal(found?.asset.id, '_/apps/deployment/shop/web');
  assert.equal(found?.severity, 'low');
  assert.deepEqual(found?.techniques, ['T1059']);
  assert.equal(found?.atMs, Date.UTC(2026, 0, 2, 3, 4, 5, 123));
});

test('falcosidekick over OTLP traces has every field as an attribute', () => {
  const span = {
    name: 'r',
    startMs: Date.UTC(2026, 0, 2),
    endMs: Date.UTC(2026, 0, 2) + 1000,
    attributes: {
      rule: 'r',
      priority: 'Critical',
      source: 'syscall',
      uuid: 'u',
      'k8s.ns.name': 'shop',
      'k8s.pod.name': 'web-6d4cf56db6-x7k2p',
    },
  };
  const [found] = findings(recognise({ 'cnapp.span': span }, envelope).observations);
  assert.deepEqual([found?.asset.id, found?.nativeId, found?.verdict], ['_/apps/deployment/shop/web', 'u', 'fail']);
});

test('the Collector writes CloudTrail as attributes and leaves the body empty', () => {
  const record: Envelope = {
    receivedMs: envelope.receivedMs,
    recordTimeMs: Date.UTC(2026, 0, 2),
    resource: { 'cloud.account.id': '111122223333', 'cloud.region': 'eu-west-1' },
    attributes: {
      'aws.cloudtrail.event_id': 'e1',
      'rpc.method': 'PutBucketPolicy',
      'rpc.service': 's3.amazonaws.com',
      'aws.event.read_only': false,
      'aws.principal.arn': 'arn:aws:iam::111122223333:user/alice',
      'aws.principal.type': 'IAMUser',
      'aws.resources': [{ arn: 'arn:aws:s3:::data-prod', type: 'AWS::S3::Bucket' }],
    },
  };
  const { observations } = recognise('', record);
  assert.partialDeepStrictEqual(observations[0], {
    kind: 'change',
    nativeId: 'e1',
    action: 'aws:s3:PutBucketPolicy',
    atMs: Date.UTC(2026, 0, 2),
    outcome: 'success',
  });
  assert.deepEqual(observations[0]?.kind === 'change' && observations[0].assets.map(({ id }) => id), [
    'arn:aws:s3:::data-prod',
  ]);
});

test('runtime detections are never a pass', () => {
  const resolved = {
    class_uid: 2004,
    metadata: { version: '1.6.0', product: { name: 'GuardDuty' } },
    activity_id: 3,
    status_id: 4,
    time: 1767323045000,
    finding_info: { uid: 'x', title: 'x' },
    cloud: { provider: 'AWS', account: { uid: '111122223333' } },
  };
  assert.deepEqual(
    findings(recognise(resolved, envelope).observations).map(({ verdict }) => verdict),
    ['suppressed'],
  );
});

test('the same GuardDuty threat has one id, rule and asset over three routes', () => {
  const arn = 'arn:aws:guardduty:eu-west-1:111122223333:detector/d/finding/f';
  const instance = 'i-0123456789abcdef0';
  const routes: Json[] = [
    {
      schemaVersion: '2.0',
      accountId: '111122223333',
      region: 'eu-west-1',
      arn,
      type: 'Recon:EC2/PortProbeUnprotectedPort',
      severity: 5,
      title: 'x',
      updatedAt: '2026-01-02T03:04:05Z',
      resource: { instanceDetails: { instanceId: instance } },
      service: {},
    },
    {
      SchemaVersion: '2018-10-08',
      ProductArn: 'arn:aws:securityhub:eu-west-1::product/aws/guardduty',
      ProductName: 'GuardDuty',
      Id: arn,
      AwsAccountId: '111122223333',
      Types: ['TTPs/Discovery/Recon:EC2-PortProbeUnprotectedPort'],
      UpdatedAt: '2026-01-02T03:04:05Z',
      Resources: [{ Type: 'AwsEc2Instance', Id: `arn:aws:ec2:eu-west-1:111122223333:instance/${instance}` }],
    },
    {
      class_uid: 2004,
      metadata: { version: '1.6.0', product: { name: 'GuardDuty' } },
      time: 1767323045000,
      status_id: 1,
      finding_info: { uid: arn, title: 'x', types: ['Threats', 'TTPs/Discovery/Recon:EC2-PortProbeUnprotectedPort'] },
      resources: [{ uid: instance, type: 'AWS::EC2::Instance' }],
      cloud: { provider: 'AWS', region: 'eu-west-1', account: { uid: '111122223333' } },
    },
  ];
  const seen = routes
    .flatMap((route) => findings(recognise(route, envelope).observations))
    .map(({ nativeId, rule, asset }) => `${nativeId} ${rule} ${asset.id}`);
  assert.equal(seen.length, 3);
  assert.equal(new Set(seen).size, 1);
});

test('cnapp.format forces a format, and an unknown one is ignored', () => {
  const push = { ref: 'refs/tags/x', repository: { full_name: 'acme/shop', html_url: 'https://github.com/acme/shop' } };
  assert.deepEqual(recognise(push, envelope).byFormat, {});
  assert.deepEqual(recognise(push, { ...envelope, attributes: { 'cnapp.format': 'github-webhooks' } }).byFormat, {
    'github-webhooks': 1,
  });
  assert.deepEqual(recognise(push, { ...envelope, attributes: { 'cnapp.format': 'nonsense' } }).byFormat, {});
});

test('no document makes a reader throw, whatever its fields hold', () => {
  const odd: Json[] = [null, 0, '', [], {}, [null], { a: null }, 'x'.repeat(10)];
  const keys = [
    'class_uid',
    'eventName',
    'eventSource',
    'verb',
    'objectRef',
    'Resources',
    'ProductArn',
    'SchemaVersion',
    'runs',
    'matches',
    'rule',
    'priority',
    'output_fields',
    'kind',
    'apiVersion',
    'metadata',
    'alerts',
    'receiver',
    'finding',
    'protoPayload',
    'results',
    'format_version',
    'resource_drift',
  ];
  for (const value of odd) {
    const doc: Json = Object.fromEntries(keys.map((key) => [key, value]));
    for (const key of keys) {
      for (const given of [
        { ...doc, [key]: 'x' },
        { [key]: value, class_uid: 2004, metadata: { version: '1' } },
      ]) {
        const { rejections } = recognise(given, envelope);
        assert.deepEqual(
          rejections.filter(({ code }) => code.endsWith('.internal')),
          [],
        );
      }
    }
  }
});
