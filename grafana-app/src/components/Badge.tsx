import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { type BadgeProps, Badge as GrafanaBadge, useStyles2 } from '@grafana/ui';

/** Grafana's badge; on the light theme the text of its grey one is too pale to read, and that of its orange one in a row that is pointed at. */
export function Badge(props: BadgeProps) {
  const styles = useStyles2(getStyles);
  const readable = { darkgrey: styles.darkgrey, orange: styles.orange };
  return <GrafanaBadge {...props} className={readable[props.color as keyof typeof readable]} />;
}

const getStyles = (theme: GrafanaTheme2) => ({
  darkgrey: css({ color: theme.colors.text.primary }),
  orange: css(theme.isLight && { color: theme.colors.text.primary }),
});
