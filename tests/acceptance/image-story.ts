/** The compromised image as its tools tell it: CI builds it with a tainted package, the cluster runs it, the registry's scanner and the sensor on the node see it. */

const MINUTE = 60_000;
export const CLUSTER = 'prod-eu';
export const IMAGE = 'registry.example.com/shop/checkout';
/** Not the hash of anything. */
export const DIGEST = `sha256:${'c0ffee'.padEnd(64, '0')}`;
const EARLIER_DIGEST = `sha256:${'beef'.padEnd(64, '0')}`;
export const WORKLOAD = `${CLUSTER}/apps/deployment/shop/checkout`;
const POD = 'checkout-6d4cf56db6-x7k2p';
export const REPOSITORY = 'https://github.com/acme/checkout';
const COMMIT = '9f2c1ab0d4e5f6a7b8c9d0e1f2a3b4c5d6e7f809';

/** Minutes from the story's start. */
export const AT = { cleanScan: 0, built: 70, deployed: 80, scanned: 95, attacked: 110 } as const;

interface Telling {
  documents: object[];
  resource: Record<string, string>;
}

export function at(baseMs: number, minutes: number): string {
  return new Date(baseMs + minutes * MINUTE).toISOString();
}

function trivy(time: string, digest: string, vulnerabilities: object[]): object {
  return {
    SchemaVersion: 2,
    CreatedAt: time,
    ArtifactName: `${IMAGE}:v42`,
    ArtifactType: 'container_image',
    Metadata: {
      OS: { Family: 'alpine', Name: '3.22.1' },
      RepoTags: [`${IMAGE}:v42`],
      RepoDigests: [`${IMAGE}@${digest}`],
    },
    Results: [
      {
        Target: 'Node.js',
        Class: 'lang-pkgs',
        Type: 'node-pkg',
        ...(vulnerabilities.length > 0 && { Vulnerabilities: vulnerabilities }),
      },
    ],
  };
}

/** Each telling with the resource that its collector gives it. */
export function imageStory(
  baseMs: number,
): Record<'cleanScan' | 'provenance' | 'pod' | 'registryScan' | 'attack', Telling> {
  const registry = { 'service.name': 'registry-scanner' };
  const cluster = { 'k8s.cluster.name': CLUSTER };
  return {
    cleanScan: { resource: registry, documents: [trivy(at(baseMs, AT.cleanScan), EARLIER_DIGEST, [])] },
    provenance: {
      resource: { 'service.name': 'ci' },
      documents: [
        {
          _type: 'https://in-toto.io/Statement/v1',
          subject: [{ name: IMAGE, digest: { sha256: DIGEST.slice('sha256:'.length) } }],
          predicateType: 'https://slsa.dev/provenance/v1',
          predicate: {
            buildDefinition: {
              buildType: 'https://actions.github.io/buildtypes/workflow/v1',
              externalParameters: {
                workflow: { ref: 'refs/heads/main', repository: REPOSITORY, path: '.github/workflows/build.yml' },
              },
              resolvedDependencies: [{ uri: `git+${REPOSITORY}@refs/heads/main`, digest: { gitCommit: COMMIT } }],
            },
            runDetails: {
              builder: { id: 'https://github.com/actions/runner/github-hosted' },
              metadata: {
                invocationId: 'https://github.com/acme/checkout/actions/runs/8110001/attempts/1',
                startedOn: at(baseMs, AT.built - 5),
                finishedOn: at(baseMs, AT.built),
              },
            },
          },
        },
      ],
    },
    pod: {
      resource: { ...cluster, 'k8s.namespace.name': 'shop' },
      documents: [
        {
          apiVersion: 'v1',
          kind: 'Pod',
          metadata: {
            name: POD,
            namespace: 'shop',
            uid: '0b8f4d3c-0000-4000-8000-000000000001',
            creationTimestamp: at(baseMs, AT.deployed),
            labels: { app: 'checkout', team: 'payments', criticality: 'c0' },
            ownerReferences: [
              {
                apiVersion: 'apps/v1',
                kind: 'ReplicaSet',
                name: 'checkout-6d4cf56db6',
                uid: '0b8f4d3c-0000-4000-8000-000000000002',
                controller: true,
              },
            ],
          },
          spec: { serviceAccountName: 'checkout', containers: [{ name: 'app', image: `${IMAGE}:v42` }] },
          status: {
            phase: 'Running',
            containerStatuses: [
              { name: 'app', image: `${IMAGE}:v42`, imageID: `${IMAGE}@${DIGEST}`, ready: true, restartCount: 0 },
            ],
          },
        },
      ],
    },
    registryScan: {
      resource: registry,
      documents: [
        trivy(at(baseMs, AT.scanned), DIGEST, [
          {
            VulnerabilityID: 'GHSA-xxxx-evil-pkg0',
            PkgName: 'left-padd',
            InstalledVersion: '1.3.1',
            Status: 'affected',
            Severity: 'CRITICAL',
            Title: 'left-padd: malicious code in the package',
          },
        ]),
      ],
    },
    attack: {
      resource: cluster,
      documents: [
        {
          uuid: 'b1f5c0de-0000-4000-8000-00000000c0de',
          hostname: 'node-7',
          output: 'Outbound connection to a command-and-control server',
          priority: 'Critical',
          rule: 'Outbound Connection to C2 Servers',
          source: 'syscall',
          tags: ['container', 'network', 'mitre_command_and_control', 'T1071'],
          time: at(baseMs, AT.attacked),
          output_fields: {
            'container.id': '97c9868ea832',
            'container.image.repository': IMAGE,
            'container.image.tag': 'v42',
            'k8s.ns.name': 'shop',
            'k8s.pod.name': POD,
            'proc.cmdline': 'node /app/server.js',
            'fd.name': '10.1.0.4:43122->198.51.100.66:443',
          },
        },
      ],
    },
  };
}
