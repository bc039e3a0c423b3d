import type { AssetJson } from '@cnapp-slo/model';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Text, TextLink, useStyles2 } from '@grafana/ui';
import { Panel } from '../../components/Panel.tsx';
import { t } from '../../i18n.ts';
import { useLink } from '../../scenes/use-link.ts';
import { codeOf } from '../../slo/asset-text.ts';

/** What is affected: each asset with where it is, how much it matters, and where its code is. */
export function BlastRadius({ assets }: { assets: readonly AssetJson[] }) {
  const styles = useStyles2(getStyles);
  const link = useLink();
  return (
    <Panel title={t('incident.assets', 'What is affected')}>
      {assets.length === 0 ? (
        <Text color="secondary">{t('incident.no-assets', 'No data: the inventory does not know the asset.')}</Text>
      ) : (
        <ul className={styles.list}>
          {assets.map((asset) => (
            <li key={asset.id}>
              <TextLink href={link(`/assets/${encodeURIComponent(asset.id)}`)} color="primary" inline={false}>
                {asset.name ?? asset.id}
              </TextLink>
              <Text element="p" variant="bodySmall" color="secondary">
                {[asset.kind, asset.service, asset.environment, asset.criticality, asset.account ?? asset.cluster]
                  .filter((part) => part !== null)
                  .join(' · ')}
              </Text>
              <Text element="p" variant="bodySmall" color="secondary">
                {codeOf(asset) === null
                  ? t('incident.no-iac', 'No link to its code is known')
                  : t('incident.iac', 'declared in {{repository}}', { repository: codeOf(asset) ?? '' })}
              </Text>
              <Text element="p" variant="bodySmall" color="secondary">
                {t('incident.open-findings', 'Open findings in all: {{count}}', { count: asset.open_findings })}
              </Text>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  list: css({
    listStyle: 'none',
    margin: 0,
    padding: 0,
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(1.5),
  }),
  name: css({ fontWeight: theme.typography.fontWeightMedium, overflowWrap: 'anywhere' }),
});
