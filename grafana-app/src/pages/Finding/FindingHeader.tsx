import type { FindingJson } from '@cnapp-slo/model';
import { TextLink } from '@grafana/ui';
import type { ReactNode } from 'react';
import { SeverityBadge, StateBadge } from '../../components/badges.tsx';
import { type Fact, Facts } from '../../components/Facts.tsx';
import { Timestamp } from '../../components/Timestamp.tsx';
import { t } from '../../i18n.ts';
import { useLink } from '../../scenes/use-link.ts';
import { formatDuration, UNKNOWN } from '../../slo/format.ts';

interface Props {
  finding: FindingJson;
  actions: ReactNode;
  timeZone?: string;
}

/** Whose it is, where it is, and how bad. */
export function FindingHeader({ finding, actions, timeZone }: Props) {
  const link = useLink();
  const facts: Fact[] = [
    { label: t('finding.severity', 'Severity'), value: <SeverityBadge severity={finding.severity} /> },
    { label: t('finding.state', 'State'), value: <StateBadge state={finding.state} /> },
    {
      label: t('finding.asset', 'Asset'),
      value: (
        <TextLink href={link(`/assets/${encodeURIComponent(finding.asset_id)}`)}>
          {finding.asset_name ?? finding.asset_id}
        </TextLink>
      ),
      detail: finding.asset_kind,
    },
    { label: t('finding.team', 'Team'), value: finding.team },
    {
      label: t('finding.environment', 'Environment'),
      value: finding.environment ?? UNKNOWN,
      detail: finding.criticality,
    },
    { label: t('finding.account', 'Account'), value: finding.account ?? UNKNOWN, detail: finding.provider },
    { label: t('finding.detector', 'Detector'), value: finding.detector, detail: finding.rule },
    {
      label: t('finding.first-detected', 'First detected'),
      value:
        finding.first_detected_at === null ? (
          UNKNOWN
        ) : (
          <Timestamp at={finding.first_detected_at} timeZone={timeZone} relative />
        ),
    },
    {
      label: t('finding.last-seen', 'Last seen'),
      value: <Timestamp at={finding.last_seen_at} timeZone={timeZone} relative />,
    },
  ];
  if (finding.open_seconds !== null) {
    facts.push({ label: t('finding.open-for', 'Open for'), value: formatDuration(finding.open_seconds) });
  }
  return <Facts facts={facts} actions={actions} />;
}
