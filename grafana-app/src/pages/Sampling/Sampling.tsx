import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { EmptyState, useStyles2 } from '@grafana/ui';
import { useMemo } from 'react';
import { createSamplingClient, type SamplingClient, type SamplingOverview } from '../../api/sampling-client.ts';
import { useApi } from '../../api/use-api.ts';
import { useTick } from '../../api/use-tick.ts';
import { Loading } from '../../components/Loading.tsx';
import { t } from '../../i18n.ts';
import type { SceneView } from '../../scenes/scene-view.tsx';
import { useScope } from '../../scenes/use-scope.ts';
import { Rollouts } from './Rollouts.tsx';
import { TierMap } from './TierMap.tsx';
import { Tuning } from './Tuning.tsx';

const refreshMs = 30_000;

export function Sampling({ scene }: { scene: SceneView }) {
  const { dataSourceUid } = useScope(scene);
  const client = useMemo(() => createSamplingClient(dataSourceUid), [dataSourceUid]);
  const overview = useApi(`sampling ${dataSourceUid}`, (signal) => client.overview(signal), useTick(refreshMs));
  return (
    <Loading loaded={overview} errorTitle={t('sampling.error', 'The sampling tiers could not be loaded')}>
      {(data) => (data.mode === 'off' ? <Off /> : <Page client={client} overview={data} onChanged={overview.reload} />)}
    </Loading>
  );
}

function Off() {
  return (
    <EmptyState variant="call-to-action" message={t('sampling.off', 'The processor does not look at sampling yet')}>
      {t(
        'sampling.off-hint',
        'Set sampling.mode to shadow in its configuration: it decides and counts from then on, and drops nothing.',
      )}
    </EmptyState>
  );
}

interface PageProps {
  client: SamplingClient;
  overview: SamplingOverview;
  onChanged: () => void;
}

function Page({ client, overview, onChanged }: PageProps) {
  const styles = useStyles2(getStyles);
  const rollouts = useApi('rollouts', (signal) => client.rollouts(signal), useTick(5_000));
  const open = rollouts.data?.items.find(({ step, superseded }) => !superseded && step !== 'reverted') ?? null;
  const changed = () => {
    rollouts.reload();
    onChanged();
  };
  return (
    <div className={styles.page}>
      {/* Shares of an earlier revision are no start for a new change. */}
      <Tuning
        key={overview.revision}
        client={client}
        overview={overview}
        isUnderWay={open !== null && open.step !== 'enforced'}
        onProposed={changed}
      />
      <Loading loaded={rollouts} errorTitle={t('sampling.rollouts.error', 'The changes could not be loaded')}>
        {({ items }) => <Rollouts client={client} rollouts={items} onChanged={changed} />}
      </Loading>
      <TierMap client={client} revision={overview.revision} />
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  page: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(2), minWidth: 0 }),
});
