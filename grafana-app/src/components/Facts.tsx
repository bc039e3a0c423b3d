import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Text, useStyles2 } from '@grafana/ui';
import type { ReactNode } from 'react';

export interface Fact {
  label: string;
  value: ReactNode;
  /** Beneath, smaller. */
  detail?: string;
}

/** What a page is about, in a box at its top. */
export function Facts({ facts, actions }: { facts: readonly Fact[]; actions?: ReactNode }) {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.box}>
      <dl className={styles.facts}>
        {facts.map(({ label, value, detail }) => (
          <div key={label} className={styles.fact}>
            <dt className={styles.label}>{label}</dt>
            <dd className={styles.value}>{value}</dd>
            {detail !== undefined && (
              <dd className={styles.detail}>
                <Text element="p" variant="bodySmall" color="secondary" truncate>
                  {detail}
                </Text>
              </dd>
            )}
          </div>
        ))}
      </dl>
      {actions}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  box: css({
    display: 'flex',
    flexWrap: 'wrap',
    gap: theme.spacing(2),
    alignItems: 'flex-start',
    padding: theme.spacing(2),
    background: theme.colors.background.primary,
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
  }),
  facts: css({
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fit, minmax(130px, 1fr))',
    gap: theme.spacing(2),
    margin: 0,
    flex: '1 1 600px',
  }),
  fact: css({ minWidth: 0 }),
  label: css({
    ...theme.typography.bodySmall,
    color: theme.colors.text.secondary,
    fontWeight: theme.typography.fontWeightRegular,
  }),
  value: css({ margin: 0, fontWeight: theme.typography.fontWeightMedium, overflowWrap: 'anywhere' }),
  detail: css({ margin: 0, minWidth: 0 }),
});
