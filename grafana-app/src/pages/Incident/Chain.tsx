import type { IncidentStepJson } from '@cnapp-slo/model';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Icon, type IconName, Text, TextLink, useStyles2 } from '@grafana/ui';
import { Panel } from '../../components/Panel.tsx';
import { Timestamp } from '../../components/Timestamp.tsx';
import { t } from '../../i18n.ts';
import { useLink } from '../../scenes/use-link.ts';

const icons: Record<IncidentStepJson['kind'], IconName> = {
  commit: 'code-branch',
  build: 'cube',
  deploy: 'upload',
  apply: 'upload',
  api: 'bolt',
  gate: 'shield',
  sbom: 'list-ul',
  weakness: 'bug',
  attack: 'fire',
  acknowledged: 'user',
  verified: 'check',
  closed: 'check-circle',
};

/** What happened, from the commit to the fix, as far as it is known. */
export function Chain({ steps, timeZone }: { steps: readonly IncidentStepJson[]; timeZone?: string }) {
  const styles = useStyles2(getStyles);
  const link = useLink();
  if (steps.length === 0) return null;
  return (
    <Panel title={t('incident.chain', 'What happened')}>
      <ol className={styles.list}>
        {steps.map(({ at, kind, title, by, finding_id }) => (
          <li key={`${at} ${kind} ${title}`} className={styles.step}>
            <Icon name={icons[kind]} />
            <Timestamp at={at} timeZone={timeZone} />
            <span className={styles.text}>
              {finding_id === null ? (
                title
              ) : (
                <TextLink href={link(`/findings/${encodeURIComponent(finding_id)}`)} color="primary" inline={false}>
                  {title}
                </TextLink>
              )}
              <Text element="p" variant="bodySmall" color="secondary">
                {[stepText(kind), by].filter(Boolean).join(' · ')}
              </Text>
            </span>
          </li>
        ))}
      </ol>
    </Panel>
  );
}

function stepText(kind: IncidentStepJson['kind']): string {
  switch (kind) {
    case 'commit':
      return t('chain.commit', 'Commit');
    case 'build':
      return t('chain.build', 'Build');
    case 'deploy':
      return t('chain.deploy', 'Deployment');
    case 'apply':
      return t('chain.apply', 'Applied');
    case 'api':
      return t('chain.api', 'API call');
    case 'gate':
      return t('chain.gate', 'Gate');
    case 'sbom':
      return t('chain.sbom', 'SBOM');
    case 'weakness':
      return t('chain.weakness', 'Weakness found');
    case 'attack':
      return t('chain.attack', 'Attack seen');
    case 'acknowledged':
      return t('chain.acknowledged', 'Acknowledged');
    case 'verified':
      return t('chain.verified', 'Fix verified');
    case 'closed':
      return t('chain.closed', 'Closed');
  }
}

const getStyles = (theme: GrafanaTheme2) => ({
  list: css({ listStyle: 'none', margin: 0, padding: 0 }),
  step: css({
    display: 'grid',
    gridTemplateColumns: '16px 150px minmax(0, 1fr)',
    gap: theme.spacing(1),
    padding: theme.spacing(0.5, 0),
  }),
  text: css({ minWidth: 0, overflowWrap: 'anywhere' }),
});
