import type { ExplainItem } from '@cnapp-slo/model';
import { cx } from '@emotion/css';
import { Text, TextLink, useStyles2 } from '@grafana/ui';
import { RoleBadge, SeverityBadge } from '../../components/badges.tsx';
import { Rows } from '../../components/Rows.tsx';
import { SegmentBar } from '../../components/SegmentBar.tsx';
import { Timestamp } from '../../components/Timestamp.tsx';
import { getTableStyles } from '../../components/table-styles.ts';
import { t } from '../../i18n.ts';
import { useLink } from '../../scenes/use-link.ts';
import { measuredClocks, segmentsOf } from '../../slo/clocks.ts';
import { formatDuration } from '../../slo/format.ts';
import { reasonText } from '../../slo/reason.ts';

interface Props {
  items: readonly ExplainItem[];
  sliId: string;
  timeZone?: string;
  /** As `Rows` takes it. */
  onEnd?: () => void;
}

/** Episodes with their part in an SLI; each leads to its finding. */
export function EpisodeTable({ items, sliId, timeZone, onEnd }: Props) {
  const styles = useStyles2(getTableStyles);
  const link = useLink();
  return (
    <div className={styles.scroll}>
      <table className={cx(styles.table, styles.steady)}>
        <thead>
          <tr>
            <th className={styles.wide}>{t('explain.role', 'Role')}</th>
            <th>{t('explain.finding', 'Finding')}</th>
            <th className={styles.narrow}>{t('explain.severity', 'Severity')}</th>
            <th className={styles.middle}>{t('explain.team', 'Team')}</th>
            <th className={styles.wide}>{t('explain.detected', 'Detected')}</th>
            <th className={styles.wide}>{t('explain.segments', 'Where the time went')}</th>
            <th className={cx(styles.number, styles.narrow)}>{t('explain.duration', 'Duration')}</th>
          </tr>
        </thead>
        <Rows items={items} keyOf={(item) => item.episode_id} columns={7} onEnd={onEnd}>
          {(item) => (
            <>
              <td className={styles.note}>
                <RoleBadge role={item.role} />
                {item.reason !== null && (
                  <Text element="p" variant="bodySmall" color="secondary">
                    {reasonText(item.reason, sliId)}
                  </Text>
                )}
              </td>
              <td className={styles.main}>
                <TextLink
                  href={link(`/findings/${item.finding_id}`, { episode: item.episode_id })}
                  color="primary"
                  inline={false}
                >
                  {item.title}
                </TextLink>
                <Text element="p" variant="bodySmall" color="secondary" truncate>
                  {item.asset_id}
                </Text>
              </td>
              <td>
                <SeverityBadge severity={item.severity} />
              </td>
              <td className={styles.nowrap}>{item.team}</td>
              <td className={styles.nowrap}>
                {item.clocks.t_detect === undefined ? (
                  '–'
                ) : (
                  <Timestamp at={item.clocks.t_detect.at} timeZone={timeZone} />
                )}
              </td>
              <td>
                <SegmentBar segments={segmentsOf(measuredClocks(sliId, item.clocks), null)} size="small" />
              </td>
              <td className={styles.number}>{formatDuration(item.duration_seconds)}</td>
            </>
          )}
        </Rows>
      </table>
    </div>
  );
}
