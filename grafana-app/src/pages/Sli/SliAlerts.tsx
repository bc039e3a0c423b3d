import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Text, useStyles2 } from '@grafana/ui';
import { fetchRuleHistory, type Transition } from '../../alerts/rule-history.ts';
import { fetchSloRules, type SloRule } from '../../alerts/slo-rules.ts';
import { useApi } from '../../api/use-api.ts';
import { Loading } from '../../components/Loading.tsx';
import { Panel } from '../../components/Panel.tsx';
import { Timestamp } from '../../components/Timestamp.tsx';
import { t } from '../../i18n.ts';
import type { SceneView } from '../../scenes/scene-view.tsx';
import { type Scope, useScope } from '../../scenes/use-scope.ts';
import { BurnAlerts } from '../OnCall/BurnAlerts.tsx';

const mostTransitions = 10;

/** The state of the alert rules on this SLI's objective, and how it changed within the time range. */
export function SliAlerts({ scene, id }: { scene: SceneView; id: string }) {
  const styles = useStyles2(getStyles);
  const scope = useScope(scene);
  const loaded = useApi(
    `rules ${id}`,
    async (signal) => (await fetchSloRules(signal)).filter(({ slo }) => slo === id),
    scope.refresh,
  );
  return (
    <Panel title={t('sli.alerts', 'Alerts on this objective')}>
      <Loading loaded={loaded} errorTitle={t('on-call.rules-error', 'The alert rules could not be loaded')}>
        {(rules) => (
          <div className={styles.columns}>
            <BurnAlerts rules={rules} timeZone={scope.timeZone} />
            {rules.length > 0 && <History rules={rules} scope={scope} />}
          </div>
        )}
      </Loading>
    </Panel>
  );
}

function History({ rules, scope }: { rules: readonly SloRule[]; scope: Scope }) {
  const loaded = useApi(
    `history ${rules.map(({ uid }) => uid)} ${scope.key}`,
    () => fetchRuleHistory(rules, scope.fromMs, scope.toMs, mostTransitions),
    scope.refresh,
  );
  return (
    <Loading loaded={loaded} errorTitle={t('rule-history.error', 'The history of the alerts could not be loaded')}>
      {(transitions) =>
        transitions.length === 0 ? (
          <Text color="secondary" variant="bodySmall">
            {t('rule-history.none', 'None of them has changed its state in this time range.')}
          </Text>
        ) : (
          <Transitions transitions={transitions} timeZone={scope.timeZone} />
        )
      }
    </Loading>
  );
}

function Transitions({ transitions, timeZone }: { transitions: readonly Transition[]; timeZone?: string }) {
  const styles = useStyles2(getStyles);
  return (
    <ol className={styles.list}>
      {transitions.map(({ atMs, rule, before, after }) => (
        <li key={`${atMs} ${rule.uid} ${after}`} className={styles.row}>
          <Timestamp at={new Date(atMs).toISOString()} timeZone={timeZone} />
          <span>{rule.title}</span>
          <Text color="secondary" variant="bodySmall">
            {before} → {after}
          </Text>
        </li>
      ))}
    </ol>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  columns: css({
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fit, minmax(min(100%, 420px), 1fr))',
    gap: theme.spacing(2),
  }),
  list: css({ listStyle: 'none', margin: 0, padding: 0 }),
  row: css({
    display: 'grid',
    gridTemplateColumns: '150px minmax(0, 1fr) auto',
    gap: theme.spacing(1),
    padding: theme.spacing(0.5, 0),
    overflowWrap: 'anywhere',
  }),
});
