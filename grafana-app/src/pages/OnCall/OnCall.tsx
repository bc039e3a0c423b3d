import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { EmptyState, Stack, useStyles2 } from '@grafana/ui';
import { fetchSloRules } from '../../alerts/slo-rules.ts';
import { useApi } from '../../api/use-api.ts';
import { Loading } from '../../components/Loading.tsx';
import { Panel } from '../../components/Panel.tsx';
import { t } from '../../i18n.ts';
import type { SceneView } from '../../scenes/scene-view.tsx';
import { useScope } from '../../scenes/use-scope.ts';
import { BurnAlerts } from './BurnAlerts.tsx';
import { IncidentTable } from './IncidentTable.tsx';
import { LiveEvents } from './LiveEvents.tsx';
import { REMEDIATION_FAILURES, RemediationFailures } from './RemediationFailures.tsx';

const mostIncidents = 50;
const mostFailures = 5;

export function OnCall({ scene }: { scene: SceneView }) {
  const styles = useStyles2(getStyles);
  const scope = useScope(scene);
  const { client, filter } = scope;
  const incidents = useApi(
    scope.key,
    async (signal) => {
      const states = ['firing', 'acknowledged'];
      const pages = await Promise.all(
        states.map((state) => client.incidents({ ...filter, state, limit: mostIncidents }, signal)),
      );
      return pages.flatMap(({ items }) => items);
    },
    scope.refresh,
  );
  const failures = useApi(
    scope.key,
    (signal) =>
      client.explain(REMEDIATION_FAILURES, { ...filter, window: '7d', role: 'bad', limit: mostFailures }, signal),
    scope.refresh,
  );
  const rules = useApi('rules', fetchSloRules, scope.refresh);
  return (
    <div className={styles.columns}>
      <Panel title={t('on-call.incidents', 'Active incidents')}>
        <Loading loaded={incidents} errorTitle={t('on-call.incidents-error', 'The incidents could not be loaded')}>
          {(items) =>
            items.length === 0 ? (
              <EmptyState variant="completed" message={t('on-call.no-incidents', 'No incident is active')} />
            ) : (
              <IncidentTable incidents={items} client={client} onChanged={incidents.reload} timeZone={scope.timeZone} />
            )
          }
        </Loading>
      </Panel>
      <Stack direction="column" gap={2} minWidth={0}>
        <Panel title={t('on-call.burn-alerts', 'Burn-rate alerts')}>
          <Loading loaded={rules} errorTitle={t('on-call.rules-error', 'The alert rules could not be loaded')}>
            {(items) => <BurnAlerts rules={items} timeZone={scope.timeZone} />}
          </Loading>
        </Panel>
        <Panel title={t('on-call.failures', 'Failed remediations')}>
          <Loading loaded={failures} errorTitle={t('on-call.failures-error', 'They could not be loaded')}>
            {({ items }) => <RemediationFailures items={items} />}
          </Loading>
        </Panel>
        <LiveEvents url={client.streamUrl()} />
      </Stack>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  columns: css({
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 1fr) 340px',
    gap: theme.spacing(2),
    alignItems: 'start',
    // The buttons of the table stay in sight.
    [theme.breakpoints.down('xl')]: { gridTemplateColumns: 'minmax(0, 1fr)' },
  }),
});
