import type { FindingJson } from '@cnapp-slo/model';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { Text, useStyles2 } from '@grafana/ui';
import type { ReactNode } from 'react';
import { SeverityBadge, StateBadge } from '../../components/badges.tsx';
import { Timestamp } from '../../components/Timestamp.tsx';
import { formatDuration, UNKNOWN } from '../../slo/format.ts';

/** Whose it is, where it is, and how bad. */
export function FindingHeader({ finding, timeZone }: { finding: FindingJson; timeZone?: string }) {
  const styles = useStyles2(getStyles);
  return (
    <dl className={styles.facts}>
      <Fact label={t('finding.severity', 'Severity')}>
        <SeverityBadge severity={finding.severity} />
      </Fact>
      <Fact label={t('finding.state', 'State')}>
        <StateBadge state={finding.state} />
      </Fact>
      <Fact label={t('finding.asset', 'Asset')} detail={finding.asset_kind}>
        {finding.asset_name ?? finding.asset_id}
      </Fact>
      <Fact label={t('finding.team', 'Team')}>{finding.team}</Fact>
      <Fact label={t('finding.environment', 'Environment')} detail={finding.criticality}>
        {finding.environment ?? UNKNOWN}
      </Fact>
      <Fact label={t('finding.account', 'Account')} detail={finding.provider}>
        {finding.account ?? UNKNOWN}
      </Fact>
      <Fact label={t('finding.detector', 'Detector')} detail={finding.rule}>
        {finding.detector}
      </Fact>
      <Fact label={t('finding.first-detected', 'First detected')}>
        {finding.first_detected_at === null ? (
          UNKNOWN
        ) : (
          <Timestamp at={finding.first_detected_at} timeZone={timeZone} relative />
        )}
      </Fact>
      <Fact label={t('finding.last-seen', 'Last seen')}>
        <Timestamp at={finding.last_seen_at} timeZone={timeZone} relative />
      </Fact>
      {finding.open_seconds !== null && (
        <Fact label={t('finding.open-for', 'Open for')}>{formatDuration(finding.open_seconds)}</Fact>
      )}
    </dl>
  );
}

function Fact({ label, detail, children }: { label: string; detail?: string; children: ReactNode }) {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.fact}>
      <dt className={styles.label}>{label}</dt>
      <dd className={styles.value}>{children}</dd>
      {detail !== undefined && (
        <dd className={styles.detail}>
          <Text element="p" variant="bodySmall" color="secondary" truncate>
            {detail}
          </Text>
        </dd>
      )}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  facts: css({
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fit, minmax(130px, 1fr))',
    gap: theme.spacing(2),
    margin: 0,
    padding: theme.spacing(2),
    background: theme.colors.background.primary,
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
  }),
  fact: css({ minWidth: 0 }),
  label: css({
    color: theme.colors.text.secondary,
    ...theme.typography.bodySmall,
    fontWeight: theme.typography.fontWeightRegular,
  }),
  value: css({ margin: 0, fontWeight: theme.typography.fontWeightMedium, overflowWrap: 'anywhere' }),
  detail: css({ margin: 0, minWidth: 0 }),
});
