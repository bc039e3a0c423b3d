import type { DetectorClass, FindingObservation } from '@cnapp-slo/model';

export type OcsfObject = { [key: string]: unknown };

/** What an event is about: a finding, or one verdict on it. */
export type OcsfSubject = Pick<
  FindingObservation,
  'rule' | 'title' | 'asset' | 'severity' | 'evidence' | 'remediation'
>;

/** What the control says; a dismissal says nothing about it. */
export type ControlResult = 'pass' | 'warning' | 'fail' | 'unknown';

/** What only this class has. `uid` is OCSF's class_uid. */
export interface OcsfClass {
  uid: number;
  name: string;
  attributes(finding: OcsfSubject, result: ControlResult): OcsfObject;
}

const CONTROL_STATUS: Record<ControlResult, OcsfObject> = {
  unknown: { status_id: 0, status: 'Unknown' },
  pass: { status_id: 1, status: 'Pass' },
  warning: { status_id: 2, status: 'Warning' },
  fail: { status_id: 3, status: 'Fail' },
};

const compliance: OcsfClass = {
  uid: 2003,
  name: 'Compliance Finding',
  attributes: (finding, result) => ({
    compliance: { control: finding.rule, desc: finding.title, ...CONTROL_STATUS[result] },
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

/** Scanners name the package in the evidence; OCSF wants its version with it. */
function affectedPackage({ evidence: proof = {} }: OcsfSubject): OcsfObject {
  const { package: name, installed_version: version, fixed_version } = proof;
  if (typeof name !== 'string' || typeof version !== 'string') return {};
  const fix = typeof fixed_version === 'string' ? { fixed_in_version: fixed_version } : {};
  return { affected_packages: [{ name, version, ...fix }] };
}

function remediation(finding: OcsfSubject): OcsfObject {
  return finding.remediation === undefined ? {} : { remediation: { desc: finding.remediation } };
}

function evidence(finding: OcsfSubject): OcsfObject {
  return finding.evidence === undefined ? {} : { evidences: [{ data: finding.evidence }] };
}
