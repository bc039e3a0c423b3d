import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { t } from '../../i18n.ts';

/** Lines of the tiers file that go and come, as a code review shows them. */
export function Diff({ text }: { text: string }) {
  const styles = useStyles2(getStyles);
  return (
    <section className={styles.diff} aria-label={t('sampling.diff', 'Lines of the tiers file that change')}>
      {text.split('\n').map((line) => (
        <div key={line} className={line.startsWith('-') ? styles.removed : styles.added}>
          {line}
        </div>
      ))}
    </section>
  );
}

const getStyles = (theme: GrafanaTheme2) => {
  const line = { padding: theme.spacing(0.25, 1.5), whiteSpace: 'pre-wrap' as const };
  return {
    diff: css({
      fontFamily: theme.typography.fontFamilyMonospace,
      fontSize: theme.typography.bodySmall.fontSize,
      border: `1px solid ${theme.colors.border.weak}`,
      borderRadius: theme.shape.radius.default,
      overflow: 'hidden',
    }),
    removed: css({ ...line, background: theme.colors.error.transparent, color: theme.colors.text.primary }),
    added: css({ ...line, background: theme.colors.success.transparent, color: theme.colors.text.primary }),
  };
};
