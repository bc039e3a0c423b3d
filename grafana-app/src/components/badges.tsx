import type { ExplainRole, IncidentJson, RiskDecision, RiskJson, Severity, SliStatus } from '@cnapp-slo/model';
import type { BadgeColor, IconName } from '@grafana/ui';
import { t } from '../i18n.ts';
import { Badge } from './Badge.tsx';

interface Look {
  text: string;
  color: BadgeColor;
  icon?: IconName;
}

/** Whether an SLI's objective is met, always as words and icon as well as colour. Without an objective there is nothing to meet. */
export function StatusBadge({ status, objective }: { status: SliStatus; objective: number | null }) {
  if (status === 'ok' && objective === null) return null;
  return <Badge {...statusLook(status)} />;
}

function statusLook(status: SliStatus): Look {
  switch (status) {
    case 'ok':
      return { text: t('status.ok', 'On target'), color: 'green', icon: 'check-circle' };
    case 'at_risk':
      return { text: t('status.at-risk', 'At risk'), color: 'orange', icon: 'exclamation-triangle' };
    case 'breached':
      return { text: t('status.breached', 'Breached'), color: 'red', icon: 'exclamation-circle' };
    case 'insufficient':
      return { text: t('status.insufficient', 'Low coverage'), color: 'purple', icon: 'eye-slash' };
    case 'no_data':
      return { text: t('status.no-data', 'No data'), color: 'darkgrey', icon: 'question-circle' };
  }
}

export function SeverityBadge({ severity }: { severity: Severity }) {
  return <Badge text={severityText(severity)} color={severityColors[severity]} />;
}

/** What to do about it and how urgent it is among its like; what the score is made of, on hover. */
export function RiskBadge({ risk }: { risk: RiskJson }) {
  const known = risk.factors.filter(({ value }) => value !== null);
  return (
    <Badge
      text={`${decisionText(risk.decision)} · ${Math.round(risk.score)}`}
      color={decisionColors[risk.decision]}
      tooltip={known.map(({ name, value, points }) => `${name} ${value}: ${points}`).join(', ')}
    />
  );
}

const decisionColors: Record<RiskDecision, BadgeColor> = {
  act: 'red',
  attend: 'orange',
  'track*': 'blue',
  track: 'darkgrey',
};

function decisionText(decision: RiskDecision): string {
  switch (decision) {
    case 'act':
      return t('risk.act', 'Act');
    case 'attend':
      return t('risk.attend', 'Attend');
    case 'track*':
      return t('risk.track-closely', 'Track closely');
    case 'track':
      return t('risk.track', 'Track');
  }
}

const severityColors: Record<Severity, BadgeColor> = {
  critical: 'red',
  high: 'orange',
  medium: 'blue',
  low: 'darkgrey',
  informational: 'darkgrey',
  unknown: 'darkgrey',
};

function severityText(severity: Severity): string {
  switch (severity) {
    case 'critical':
      return t('severity.critical', 'Critical');
    case 'high':
      return t('severity.high', 'High');
    case 'medium':
      return t('severity.medium', 'Medium');
    case 'low':
      return t('severity.low', 'Low');
    case 'informational':
      return t('severity.informational', 'Informational');
    case 'unknown':
      return t('severity.unknown', 'Unknown');
  }
}

/** The part an episode plays in an SLI. */
export function RoleBadge({ role }: { role: ExplainRole }) {
  return <Badge {...roleLook(role)} />;
}

function roleLook(role: ExplainRole): Look {
  switch (role) {
    case 'good':
      return { text: t('role.good', 'Good'), color: 'green', icon: 'check' };
    case 'bad':
      return { text: t('role.bad', 'Bad'), color: 'red', icon: 'times' };
    case 'excluded':
      return { text: t('role.excluded', 'Excluded'), color: 'darkgrey', icon: 'minus' };
    case 'pending':
      return { text: t('role.pending', 'Pending'), color: 'blue', icon: 'clock-nine' };
  }
}

/** An episode's or finding's state. */
export function StateBadge({ state }: { state: string }) {
  return <Badge {...stateLook(state)} />;
}

function stateLook(state: string): Look {
  switch (state) {
    case 'open':
      return { text: t('state.open', 'Open'), color: 'red' };
    case 'acked':
      return { text: t('state.acked', 'Acknowledged'), color: 'orange' };
    case 'remediating':
      return { text: t('state.remediating', 'Being fixed'), color: 'blue' };
    case 'fixed_unverified':
      return { text: t('state.fixed-unverified', 'Fix not verified'), color: 'blue' };
    case 'suspended':
      return { text: t('state.suspended', 'Risk accepted'), color: 'purple' };
    case 'closed':
      return { text: t('state.closed', 'Closed'), color: 'green' };
    case 'unknown':
      return { text: t('state.unknown', 'Scope lost'), color: 'darkgrey' };
    default:
      return { text: state, color: 'darkgrey' };
  }
}

export function IncidentStateBadge({ state }: Pick<IncidentJson, 'state'>) {
  switch (state) {
    case 'firing':
      return <Badge text={t('incident-state.firing', 'Firing')} color="red" icon="fire" />;
    case 'acknowledged':
      return <Badge text={t('incident-state.acknowledged', 'Acknowledged')} color="orange" icon="user" />;
    case 'resolved':
      return <Badge text={t('incident-state.resolved', 'Resolved')} color="green" icon="check" />;
  }
}
