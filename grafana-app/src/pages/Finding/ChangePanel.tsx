import type { ChangeJson } from '@cnapp-slo/model';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Icon, type IconName, Text, TextLink, useStyles2 } from '@grafana/ui';
import type { ReactNode } from 'react';
import { Panel } from '../../components/Panel.tsx';
import { Timestamp } from '../../components/Timestamp.tsx';
import { t } from '../../i18n.ts';
import { safeHref } from '../../slo/safe-href.ts';

interface Props {
  title: string;
  change: ChangeJson | null;
  /** Said where no change is known. */
  missing: string;
  timeZone?: string;
}

/** A change with the commit and the pipeline that it came from. */
export function ChangePanel({ title, change, missing, timeZone }: Props) {
  const styles = useStyles2(getStyles);
  if (change === null) {
    return (
      <Panel title={title}>
        <Text color="secondary">{missing}</Text>
      </Panel>
    );
  }
  const commitHref = safeHref(change.links.find(({ rel }) => rel === 'commit')?.href);
  const pipelineHref = safeHref(change.pipeline_url);
  return (
    <Panel title={title}>
      <ol className={styles.chain}>
        <Link icon="bolt" title={withoutActor(change)} detail={`${change.action} · ${change.outcome}`} />
        <Link
          icon={change.actor_kind === 'human' ? 'user' : 'process'}
          title={change.actor}
          detail={actorKind(change.actor_kind)}
        >
          <Timestamp at={change.at} timeZone={timeZone} />
        </Link>
        {change.repository !== null && (
          <Link
            icon="code-branch"
            title={change.repository}
            detail={
              change.revision === null
                ? undefined
                : t('change.commit', 'commit {{revision}}', { revision: change.revision.slice(0, 12) })
            }
            href={commitHref}
          />
        )}
        {pipelineHref !== null && <Link icon="sync" title={t('change.pipeline', 'Pipeline run')} href={pipelineHref} />}
      </ol>
    </Panel>
  );
}

interface LinkProps {
  icon: IconName;
  title: string;
  detail?: string;
  href?: string | null;
  children?: ReactNode;
}

function Link({ icon, title, detail, href, children }: LinkProps) {
  const styles = useStyles2(getStyles);
  return (
    <li className={styles.link}>
      <Icon name={icon} className={styles.icon} />
      <div className={styles.texts}>
        {href ? (
          <TextLink href={href} external inline={false}>
            {title}
          </TextLink>
        ) : (
          <span className={styles.title}>{title}</span>
        )}
        {detail !== undefined && (
          <Text variant="bodySmall" color="secondary">
            {detail}
          </Text>
        )}
        {children !== undefined && <span className={styles.detail}>{children}</span>}
      </div>
    </li>
  );
}

/** The actor has a line of its own. */
const withoutActor = ({ title, actor }: ChangeJson) =>
  title.endsWith(` by ${actor}`) ? title.slice(0, -` by ${actor}`.length) : title;

function actorKind(kind: string): string {
  switch (kind) {
    case 'human':
      return t('change.human', 'a person');
    case 'automation':
      return t('change.automation', 'automation');
    default:
      return t('change.unknown-actor', 'unknown kind of actor');
  }
}

const getStyles = (theme: GrafanaTheme2) => ({
  chain: css({
    listStyle: 'none',
    margin: 0,
    padding: 0,
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(1.5),
  }),
  link: css({ display: 'flex', gap: theme.spacing(1), minWidth: 0 }),
  icon: css({ color: theme.colors.text.secondary, marginTop: 3, flexShrink: 0 }),
  texts: css({ display: 'flex', flexDirection: 'column', minWidth: 0 }),
  title: css({ fontWeight: theme.typography.fontWeightMedium, overflowWrap: 'anywhere' }),
  detail: css({ color: theme.colors.text.secondary, ...theme.typography.bodySmall }),
});
