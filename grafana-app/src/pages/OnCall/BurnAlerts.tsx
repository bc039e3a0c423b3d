import { SLIS } from '@cnapp-slo/model';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { type BadgeColor, Text, TextLink, useStyles2 } from '@grafana/ui';
import { byUrgency, ruleHref, type SloRule } from '../../alerts/slo-rules.ts';
import { Badge } from '../../components/Badge.tsx';
import { Timestamp } from '../../components/Timestamp.tsx';
import { t } from '../../i18n.ts';
import { useLink } from '../../scenes/use-link.ts';

const sliIds = new Set<string>(SLIS.map(({ definition: { id } }) => id));

/** The rules that fire or are about to, and how many are quiet. */
export function BurnAlerts({ rules, timeZone }: { rules: readonly SloRule[]; timeZone?: string }) {
  const styles = useStyles2(getStyles);
  const link = useLink();
  const active = rules.filter(({ state, error }) => state !== 'inactive' || error !== null).toSorted(byUrgency);
  const quiet = rules.length - active.length;
  if (rules.length === 0) {
    return (
      <Text color="secondary">
        {t(
          'rules.none',
          'No alert rules of ours are installed, or your role may not see them (permission alert.rules:read).',
        )}
      </Text>
    );
  }
  return (
    <div className={styles.list}>
      {active.map((rule) => (
        <div key={rule.uid} className={styles.rule}>
          <RuleStateBadge rule={rule} />
          <div className={styles.text}>
            <TextLink href={ruleHref(rule)} color="primary" inline={false}>
              {rule.title}
            </TextLink>
            <Text element="p" variant="bodySmall" color="secondary">
              {rule.error ?? rule.summary ?? ''}
            </Text>
            {rule.slo !== null && sliIds.has(rule.slo) && (
              <TextLink href={link(`/slis/${rule.slo}`, { role: 'bad' })} variant="bodySmall" inline={false}>
                {t('rules.contributors', 'Whose misses')}
              </TextLink>
            )}
            {rule.activeSince !== null && (
              <Text element="p" variant="bodySmall" color="secondary">
                <Timestamp at={rule.activeSince} timeZone={timeZone} relative />
              </Text>
            )}
          </div>
        </div>
      ))}
      <Text color="secondary" variant="bodySmall">
        {active.length === 0
          ? t('rules.all-quiet', 'All {{count}} rules are quiet', { count: quiet })
          : t('rules.quiet', '{{count}} rules are quiet', { count: quiet })}
      </Text>
    </div>
  );
}

/** A rule that cannot be evaluated is worse than a quiet one: it looks the same and never fires. */
export function RuleStateBadge({ rule }: { rule: SloRule }) {
  if (rule.error !== null) return <Badge color="purple" icon="exclamation-triangle" text={t('rules.error', 'Error')} />;
  const looks: Record<SloRule['state'], [text: string, color: BadgeColor]> = {
    firing: [t('rules.firing', 'Firing'), 'red'],
    pending: [t('rules.pending', 'Pending'), 'orange'],
    recovering: [t('rules.recovering', 'Recovering'), 'orange'],
    inactive: [t('rules.inactive', 'Quiet'), 'green'],
  };
  const [text, color] = looks[rule.state];
  return <Badge color={color} text={text} />;
}

const getStyles = (theme: GrafanaTheme2) => ({
  list: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1.5) }),
  rule: css({ display: 'flex', gap: theme.spacing(1), alignItems: 'flex-start' }),
  text: css({ minWidth: 0, overflowWrap: 'anywhere' }),
});
