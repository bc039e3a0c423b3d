import type { FindingJson } from '@cnapp-slo/model';
import { cx } from '@emotion/css';
import { Text, TextLink, useStyles2 } from '@grafana/ui';
import { RiskBadge, SeverityBadge, StateBadge } from '../../components/badges.tsx';
import { Rows } from '../../components/Rows.tsx';
import { Timestamp } from '../../components/Timestamp.tsx';
import { getTableStyles } from '../../components/table-styles.ts';
import { t } from '../../i18n.ts';
import { useLink } from '../../scenes/use-link.ts';
import { formatDuration, UNKNOWN } from '../../slo/format.ts';

interface Props {
  findings: readonly FindingJson[];
  timeZone?: string;
  /** For a narrow place: whose it is stands below what it is, and when it was last seen is left out. */
  isCompact?: boolean;
  /** As `Rows` takes it. */
  onEnd?: () => void;
}

export function FindingTable({ findings, timeZone, isCompact = false, onEnd }: Props) {
  const styles = useStyles2(getTableStyles);
  const link = useLink();
  const widths = isCompact ? null : styles;
  const hasRisk = findings.some(({ risk }) => risk !== undefined);
  return (
    <div className={styles.scroll}>
      <table className={cx(styles.table, widths?.steady)}>
        <thead>
          <tr>
            <th className={widths?.narrow}>{t('findings.severity', 'Severity')}</th>
            <th>{t('findings.finding', 'Finding')}</th>
            {hasRisk && <th className={widths?.wide}>{t('findings.risk', 'Risk')}</th>}
            <th className={widths?.middle}>{t('findings.state', 'State')}</th>
            {!isCompact && <th className={styles.wide}>{t('findings.team', 'Team')}</th>}
            {!isCompact && <th className={styles.middle}>{t('findings.last-seen', 'Last seen')}</th>}
            <th className={cx(styles.number, widths?.narrow)}>{t('findings.open-for', 'Open for')}</th>
          </tr>
        </thead>
        <Rows items={findings} keyOf={({ id }) => id} columns={(isCompact ? 4 : 6) + Number(hasRisk)} onEnd={onEnd}>
          {(finding) => (
            <>
              <td>
                <SeverityBadge severity={finding.severity} />
              </td>
              <td className={styles.main}>
                <TextLink href={link(`/findings/${finding.id}`)} color="primary" inline={false}>
                  {finding.title}
                </TextLink>
                <Text element="p" variant="bodySmall" color="secondary" truncate>
                  {finding.asset_name ?? finding.asset_id} · {finding.detector}
                </Text>
                {isCompact && (
                  <Text element="p" variant="bodySmall" color="secondary" truncate>
                    {[finding.team, ...placeOf(finding)].join(' · ')}
                  </Text>
                )}
              </td>
              {hasRisk && (
                <td className={styles.nowrap}>
                  {finding.risk === undefined ? UNKNOWN : <RiskBadge risk={finding.risk} />}
                </td>
              )}
              <td>
                <StateBadge state={finding.state} />
              </td>
              {!isCompact && (
                <td className={styles.nowrap}>
                  {finding.team}
                  <Text element="p" variant="bodySmall" color="secondary">
                    {placeOf(finding).join(' · ')}
                  </Text>
                </td>
              )}
              {!isCompact && (
                <td className={styles.nowrap}>
                  <Timestamp at={finding.last_seen_at} timeZone={timeZone} relative />
                </td>
              )}
              <td className={styles.number}>{formatDuration(finding.open_seconds)}</td>
            </>
          )}
        </Rows>
      </table>
    </div>
  );
}

const placeOf = ({ environment, criticality }: FindingJson): string[] =>
  [environment, criticality].filter((label): label is string => Boolean(label));
