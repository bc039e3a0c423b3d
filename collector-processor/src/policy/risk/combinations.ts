import type { Finding } from '@cnapp-slo/model';
import { isAtLeast } from '@cnapp-slo/model';
import type { Decision, Exploitation } from './ssvc.ts';
import type { RiskSubject } from './subject.ts';

/** Weaknesses that are worse together than each alone. */
export interface Combination {
  name: string;
  atLeast: Decision;
  reason: string;
}

/** Each tells why it holds; undefined: it does not. */
interface Rule {
  name: string;
  atLeast: Decision;
  because(subject: RiskSubject, exploitation: Exploitation | null): string | undefined;
}

const RULES: readonly Rule[] = [
  {
    name: 'attack_on_weakness',
    atLeast: 'act',
    because: ({ finding, attackedBy }) =>
      attackedBy && attackedBy.id !== finding.id ? `under attack: ${attackedBy.title}` : undefined,
  },
  {
    name: 'exposed_and_exploited',
    atLeast: 'act',
    because: ({ finding, exposure }, exploitation) =>
      finding.detectorClass === 'vulnerability' && exposure.value === 'internet' && exploitation === 'active'
        ? `exploited elsewhere, and reached from the internet: ${exposure.reason}`
        : undefined,
  },
  {
    name: 'vulnerable_with_privileges',
    atLeast: 'attend',
    because: ({ finding, around }) => {
      const role = around.find(({ finding: other, via }) => via === 'assumes_role' && isPrivilege(other));
      return isUsable(finding) && role ? `it can act as ${role.finding.asset.id}: ${role.finding.title}` : undefined;
    },
  },
  {
    name: 'exposed_sensitive_data',
    atLeast: 'attend',
    because: ({ asset, exposure }) =>
      exposure.value === 'internet' && /^(confidential|restricted)$/.test(asset?.context.dataClass ?? '')
        ? `${asset?.context.dataClass} data, and reached from the internet: ${exposure.reason}`
        : undefined,
  },
  {
    name: 'exposed_with_secret',
    atLeast: 'attend',
    because: ({ exposure, around, finding }) => {
      const secret = around.find(({ finding: other }) => other.detectorClass === 'secret' && other.id !== finding.id);
      return exposure.value === 'internet' && secret ? `${secret.finding.title}; ${exposure.reason}` : undefined;
    },
  },
];

/** The combinations that the finding is part of. */
export function combinationsOf(subject: RiskSubject, exploitation: Exploitation | null): Combination[] {
  return RULES.flatMap(({ name, atLeast, because }) => {
    const reason = because(subject, exploitation);
    return reason === undefined ? [] : [{ name, atLeast, reason }];
  });
}

function isPrivilege({ detectorClass, severity }: Finding): boolean {
  return (detectorClass === 'identity_config' || detectorClass === 'posture') && isAtLeast(severity, 'high');
}

function isUsable({ detectorClass, severity }: Finding): boolean {
  return (detectorClass === 'vulnerability' || detectorClass === 'runtime') && isAtLeast(severity, 'high');
}
