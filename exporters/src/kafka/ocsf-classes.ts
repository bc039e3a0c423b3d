import type { DetectorClass, Episode, Finding } from '@cnapp-slo/model';

export type OcsfObject = { [key: string]: unknown };

/** What only this class has. `uid` is OCSF's class_uid. */
export interface OcsfClass {
  uid: number;
  name: string;
  attributes(finding: Finding, episode: Episode): OcsfObject;
}

const compliance: OcsfClass = {
  uid: 2003,
  name: 'Compliance Finding',
  attributes: (finding, episode) => ({
    compliance: { control: finding.rule, desc: finding.title, ...complianceStatus(episode) },
    ...remediation(finding),
    ...evidence(finding),
  }),
};

const vulnerability: OcsfClass = {
  uid: 2002,
  name: 'Vulnerability Finding',
  attributes: (finding) => ({
    vulnerabilities: [
      {
        title: finding.title,
        severity: finding.severity,
        // Exactly one of cve, advisory and cwe may be there.
        ...(finding.rule.startsWith('CVE-') ? { cve: { uid: finding.rule } } : { advisory: { uid: finding.rule } }),
        ...affectedPackage(finding),
        ...remediation(finding),
      },
    ],
  }),
};

const detection: OcsfClass = {
  uid: 2004,
  name: 'Detection Finding',
  attributes: (finding) => ({ is_alert: true, ...remediation(finding), ...evidence(finding) }),
};

/** Findings in what a team builds; the application is what the code belongs to. */
const applicationSecurity: OcsfClass = {
  uid: 2007,
  name: 'Application Security Posture Finding',
  attributes: (finding) => ({
    application: { uid: finding.asset.id, name: finding.asset.name ?? finding.asset.id },
    ...remediation(finding),
  }),
};

export const CLASS_OF: Record<DetectorClass, OcsfClass> = {
  posture: compliance,
  iac: compliance,
  identity_config: compliance,
  drift: compliance,
  vulnerability,
  runtime: detection,
  identity: detection,
  secret: applicationSecurity,
  sast: applicationSecurity,
};

/** The control fails until a detector has seen it pass; a dismissal says nothing about it. */
function complianceStatus({ state, closeReason }: Episode): OcsfObject {
  if (closeReason === 'remediated_verified') return { status_id: 1, status: 'Pass' };
  if (state === 'closed' || state === 'unknown') return { status_id: 0, status: 'Unknown' };
  return { status_id: 3, status: 'Fail' };
}

/** Scanners name the package in the evidence; OCSF wants its version with it. */
function affectedPackage({ evidence: proof = {} }: Finding): OcsfObject {
  const { package: name, installed_version: version, fixed_version } = proof;
  if (typeof name !== 'string' || typeof version !== 'string') return {};
  const fix = typeof fixed_version === 'string' ? { fixed_in_version: fixed_version } : {};
  return { affected_packages: [{ name, version, ...fix }] };
}

function remediation(finding: Finding): OcsfObject {
  return finding.remediation === undefined ? {} : { remediation: { desc: finding.remediation } };
}

function evidence(finding: Finding): OcsfObject {
  return finding.evidence === undefined ? {} : { evidences: [{ data: finding.evidence }] };
}
