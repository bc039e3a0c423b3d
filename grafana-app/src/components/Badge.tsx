import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { type BadgeProps, Badge as GrafanaBadge, useStyles2 } from '@grafana/ui';

/** Grafana's badge; the text of its grey one is too pale to read on the light theme. */
export function Badge(props: BadgeProps) {
  const styles = useStyles2(getStyles);
  return <GrafanaBadge {...props} className={props.color === 'darkgrey' ? styles.readable : undefined} />;
}

const getStyles = (theme: GrafanaTheme2) => ({ readable: css({ color: theme.colors.text.primary }) });
