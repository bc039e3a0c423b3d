import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { type BadgeColor, Icon, Text, useStyles2 } from '@grafana/ui';
import type { Difference, GroupDiff, RuleDiff } from '../../alerts/rule-diff.ts';
import { Badge } from '../../components/Badge.tsx';
import { t } from '../../i18n.ts';

interface Props {
  groups: readonly { title: string; diff: GroupDiff }[];
}

/** Each group with its rules and, where they differ, in what. */
export function GroupTable({ groups }: Props) {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.groups}>
      {groups.map(({ title, diff }) => (
        <details key={diff.request.body.title} className={styles.group}>
          <summary className={styles.summary}>
            <span className={styles.title}>
              <Icon name="angle-right" className="caret" />
              <Text weight="medium">{title}</Text>
            </span>
            <GroupState diff={diff} />
          </summary>
          <ul className={styles.rules}>
            {diff.rules.map((rule) => (
              <li key={rule.uid}>
                <RuleState state={rule.state} /> {rule.title}
                {rule.differences.map((difference) => (
                  <DifferenceLine key={difference.path} difference={difference} />
                ))}
              </li>
            ))}
          </ul>
        </details>
      ))}
    </div>
  );
}

function GroupState({ diff }: { diff: GroupDiff }) {
  const count = (state: RuleDiff['state']) => diff.rules.filter((rule) => rule.state === state).length;
  const styles = useStyles2(getStyles);
  return (
    <span className={styles.states}>
      {diff.isLocked && <Badge color="purple" icon="lock" text={t('alert-rules.by-files', 'By files')} />}
      {(['same', 'changed', 'missing', 'extra'] as const)
        .filter((state) => count(state) > 0)
        .map((state) => (
          <Badge key={state} color={colors[state]} text={`${count(state)} ${stateText(state)}`} />
        ))}
    </span>
  );
}

const colors: Record<RuleDiff['state'], BadgeColor> = {
  same: 'green',
  changed: 'orange',
  missing: 'blue',
  extra: 'darkgrey',
};

function RuleState({ state }: { state: RuleDiff['state'] }) {
  return <Badge color={colors[state]} text={stateText(state)} />;
}

function stateText(state: RuleDiff['state']): string {
  switch (state) {
    case 'same':
      return t('alert-rules.same', 'installed');
    case 'changed':
      return t('alert-rules.changed', 'to upgrade');
    case 'missing':
      return t('alert-rules.missing', 'not installed');
    case 'extra':
      return t('alert-rules.extra', 'to remove');
  }
}

function DifferenceLine({ difference: { path, installed, wanted } }: { difference: Difference }) {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.difference}>
      <Text variant="bodySmall" color="secondary">
        {path}
      </Text>
      <del className={styles.old}>{asText(installed)}</del>
      <ins className={styles.new}>{asText(wanted)}</ins>
    </div>
  );
}

const asText = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? '–'));

const getStyles = (theme: GrafanaTheme2) => ({
  groups: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1) }),
  group: css({
    background: theme.colors.background.primary,
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
    '&[open] .caret': { transform: 'rotate(90deg)' },
  }),
  summary: css({
    display: 'flex',
    justifyContent: 'space-between',
    gap: theme.spacing(2),
    padding: theme.spacing(1, 2),
    cursor: 'pointer',
    '&:hover': { background: theme.colors.action.hover },
  }),
  title: css({ display: 'inline-flex', alignItems: 'center', gap: theme.spacing(0.5) }),
  states: css({ display: 'inline-flex', gap: theme.spacing(0.5) }),
  rules: css({
    listStyle: 'none',
    margin: 0,
    padding: theme.spacing(0, 2, 2),
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(1),
  }),
  difference: css({
    display: 'grid',
    gridTemplateColumns: '160px 1fr 1fr',
    gap: theme.spacing(1),
    paddingTop: theme.spacing(0.5),
  }),
  old: css({ ...theme.typography.code, color: theme.colors.error.text, overflowWrap: 'anywhere' }),
  new: css({
    ...theme.typography.code,
    color: theme.colors.success.text,
    textDecoration: 'none',
    overflowWrap: 'anywhere',
  }),
});
