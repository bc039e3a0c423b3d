import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Text, useStyles2 } from '@grafana/ui';
import type { ReactNode } from 'react';

interface Props {
  title: string;
  /** Right of the title. */
  actions?: ReactNode;
  children: ReactNode;
}

/** A titled box that looks like a dashboard's panel and grows with its content. */
export function Panel({ title, actions, children }: Props) {
  const styles = useStyles2(getStyles);
  return (
    <section className={styles.panel}>
      <header className={styles.header}>
        <Text element="h2" variant="h6">
          {title}
        </Text>
        {actions}
      </header>
      <div className={styles.content}>{children}</div>
    </section>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  panel: css({
    minWidth: 0,
    background: theme.colors.background.primary,
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
  }),
  header: css({
    display: 'flex',
    justifyContent: 'space-between',
    alignItems: 'center',
    minHeight: theme.spacing(5),
    padding: theme.spacing(0, 2),
  }),
  content: css({ padding: theme.spacing(0.5, 2, 2) }),
});
