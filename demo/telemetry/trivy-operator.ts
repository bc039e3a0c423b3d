import type { JsonObject } from '@cnapp-slo/model';
import type { Resource } from '../company/company.ts';
import type { Rule } from '../company/rules.ts';
import { clusterResource, labelsOf } from './k8s-audit.ts';
import { type LogRecord, logRecord, seconds } from './record.ts';

/** An advisory as a scanner's database has it. Invented: the ids lie far above any that are assigned. */
export interface Advisory {
  id: string;
  packageName: string;
  installed: string;
  fixed: string;
  severity: 'CRITICAL' | 'HIGH' | 'MEDIUM';
  score: number;
  title: string;
  publishedMs: number;
}

/** A VulnerabilityReport of a deployment's container, complete: what it does not list is not there. Shape: aquasecurity.github.io/trivy-operator/latest/docs/crds/vulnerability-report. */
export function vulnerabilityReport(
  deployment: Resource,
  tag: string,
  advisories: readonly Advisory[],
  atMs: number,
): LogRecord {
  const { service, name } = deployment;
  const [server = '', ...repository] = service.image.split('/');
  const count = (severity: string): number => advisories.filter((advisory) => advisory.severity === severity).length;
  return report(
    'VulnerabilityReport',
    deployment,
    `deployment-${name}-${name}`,
    { 'trivy-operator.container.name': name },
    atMs,
    {
      artifact: { repository: repository.join('/'), tag },
      registry: { server },
      summary: {
        criticalCount: count('CRITICAL'),
        highCount: count('HIGH'),
        mediumCount: count('MEDIUM'),
        lowCount: 0,
      },
      vulnerabilities: advisories.map((advisory) => ({
        vulnerabilityID: advisory.id,
        resource: advisory.packageName,
        installedVersion: advisory.installed,
        fixedVersion: advisory.fixed,
        severity: advisory.severity,
        score: advisory.score,
        title: advisory.title,
        publishedDate: seconds(advisory.publishedMs),
        primaryLink: `https://avd.aquasec.com/nvd/${advisory.id.toLowerCase()}`,
        links: [],
        target: '',
      })),
    },
  );
}

/** A ConfigAuditReport of a deployment: the checks that fail, the others passed. */
export function configAuditReport(deployment: Resource, failing: readonly Rule[], atMs: number): LogRecord {
  const count = (severity: string): number => failing.filter((rule) => rule.severity === severity).length;
  return report('ConfigAuditReport', deployment, `deployment-${deployment.name}`, {}, atMs, {
    summary: { criticalCount: count('critical'), highCount: count('high'), mediumCount: count('medium'), lowCount: 0 },
    checks: failing.map((rule) => ({
      checkID: rule.id,
      category: 'Kubernetes Security Check',
      title: rule.title,
      severity: rule.severity.toUpperCase(),
      description: rule.failing,
      messages: [rule.failing],
      remediation: rule.remediation,
      success: false,
      scope: { type: '', value: '' },
    })),
  });
}

function report(
  kind: string,
  deployment: Resource,
  name: string,
  labels: Record<string, string>,
  atMs: number,
  content: JsonObject,
): LogRecord {
  const namespace = deployment.service.team.name;
  const body: JsonObject = {
    apiVersion: 'aquasecurity.github.io/v1alpha1',
    kind,
    metadata: {
      name,
      namespace,
      creationTimestamp: seconds(atMs),
      annotations: { 'trivy-operator.aquasecurity.github.io/report-ttl': '24h0m0s' },
      labels: {
        'trivy-operator.resource.kind': 'Deployment',
        'trivy-operator.resource.name': deployment.name,
        'trivy-operator.resource.namespace': namespace,
        ...labels,
        // What `trivyOperator.reportResourceLabels` copies from the scanned object.
        ...labelsOf(deployment),
      },
      ownerReferences: [
        {
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          name: deployment.name,
          controller: true,
          blockOwnerDeletion: false,
        },
      ],
    },
    report: {
      updateTimestamp: seconds(atMs),
      scanner: { name: 'Trivy', vendor: 'Aqua Security', version: '0.67.2' },
      ...content,
    },
  };
  return logRecord(atMs, 'trivy-operator', clusterResource(deployment), body);
}
