import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Text, useStyles2 } from '@grafana/ui';
import type { ReactNode } from 'react';

export interface Figure {
  label: string;
  value: string;
  /** Beneath: how it compares, or why it is unknown. */
  detail: ReactNode;
  tone?: 'good' | 'bad' | 'plain';
}

/** A few numbers, large, in a row. */
export function Figures({ label, figures }: { label: string; figures: readonly Figure[] }) {
  const styles = useStyles2(getStyles);
  return (
    <section aria-label={label} className={styles.row}>
      {figures.map(({ label: name, value, detail, tone = 'plain' }) => (
        <div key={name} className={styles.figure}>
          <Text element="h2" variant="bodySmall" color="secondary">
            {name}
          </Text>
          <span className={styles.value}>{value}</span>
          <span className={styles[tone]}>{detail}</span>
        </div>
      ))}
    </section>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  row: css({
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fit, minmax(160px, 1fr))',
    gap: theme.spacing(2),
  }),
  figure: css({
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(0.25),
    minWidth: 0,
    padding: theme.spacing(2),
    background: theme.colors.background.primary,
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
  }),
  value: css({
    fontSize: 34,
    lineHeight: 1.2,
    fontWeight: theme.typography.fontWeightMedium,
    fontVariantNumeric: 'tabular-nums',
  }),
  plain: css({ ...theme.typography.bodySmall, color: theme.colors.text.secondary }),
  good: css({ ...theme.typography.bodySmall, color: theme.colors.success.text }),
  bad: css({ ...theme.typography.bodySmall, color: theme.colors.error.text }),
});
