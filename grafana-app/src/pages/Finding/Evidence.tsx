import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { Panel } from '../../components/Panel.tsx';
import { t } from '../../i18n.ts';

/** What the detector saw. */
export function Evidence({ evidence }: { evidence: Record<string, string | number | boolean> }) {
  const styles = useStyles2(getStyles);
  const entries = Object.entries(evidence);
  if (entries.length === 0) return null;
  return (
    <Panel title={t('finding.evidence', 'Evidence')}>
      <table className={styles.table}>
        <tbody>
          {entries.map(([name, value]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{String(value)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  table: css({
    width: '100%',
    ...theme.typography.bodySmall,
    'th, td': { padding: theme.spacing(0.5, 0), verticalAlign: 'top', textAlign: 'left' },
    th: {
      color: theme.colors.text.secondary,
      fontWeight: theme.typography.fontWeightRegular,
      paddingRight: theme.spacing(2),
    },
    td: { fontFamily: theme.typography.fontFamilyMonospace, overflowWrap: 'anywhere' },
  }),
});
