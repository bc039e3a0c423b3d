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
  /** Without the columns that a narrow place has no room for. */
  isCompact?: boolean;
  /** As `Rows` takes it. */
  onEnd?: () => void;
}

export function FindingTable({ findings, timeZone, isCompact = false, onEnd }: Props) {
  const styles = useStyles2(getTableStyles);
  const link = useLink();
  const hasRisk = findings.some(({ risk }) => risk !== undefined);
  return (
    <div className={styles.scroll}>
      <table className={cx(styles.table, !isCompact && styles.steady)}>
        {!isCompact && (
          <colgroup>
            <col className={styles.narrow} />
            <col />
            {hasRisk && <col className={styles.middle} />}
            <col className={styles.narrow} />
            <col className={styles.middle} />
            <col className={styles.middle} />
            <col className={styles.narrow} />
            <col className={styles.middle} />
            <col className={styles.narrow} />
          </colgroup>
        )}
        <thead>
          <tr>
            <th>{t('findings.severity', 'Severity')}</th>
            <th>{t('findings.finding', 'Finding')}</th>
            {hasRisk && <th>{t('findings.risk', 'Risk')}</th>}
            <th>{t('findings.state', 'State')}</th>
            <th>{t('findings.team', 'Team')}</th>
            {!isCompact && (
              <>
                <th>{t('findings.environment', 'Environment')}</th>
                <th>{t('findings.detector', 'Detector')}</th>
                <th>{t('findings.last-seen', 'Last seen')}</th>
              </>
            )}
            <th className={styles.number}>{t('findings.open-for', 'Open for')}</th>
          </tr>
        </thead>
        <Rows items={findings} keyOf={({ id }) => id} columns={5 + Number(hasRisk) + (isCompact ? 0 : 3)} onEnd={onEnd}>
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
                  {finding.asset_name ?? finding.asset_id}
                </Text>
              </td>
              {hasRisk && (
                <td className={styles.nowrap}>
                  {finding.risk === undefined ? UNKNOWN : <RiskBadge risk={finding.risk} />}
                </td>
              )}
              <td>
                <StateBadge state={finding.state} />
              </td>
              <td className={styles.nowrap}>{finding.team}</td>
              {!isCompact && (
                <>
                  <td className={styles.nowrap}>
                    {finding.environment ?? '–'} · {finding.criticality}
                  </td>
                  <td className={styles.nowrap}>{finding.detector}</td>
                  <td className={styles.nowrap}>
                    <Timestamp at={finding.last_seen_at} timeZone={timeZone} relative />
                  </td>
                </>
              )}
              <td className={styles.number}>{formatDuration(finding.open_seconds)}</td>
            </>
          )}
        </Rows>
      </table>
    </div>
  );
}
