import { fetchSloRules } from '../../alerts/slo-rules.ts';
import { useApi } from '../../api/use-api.ts';
import { Loading } from '../../components/Loading.tsx';
import { Panel } from '../../components/Panel.tsx';
import { t } from '../../i18n.ts';
import type { SceneView } from '../../scenes/scene-view.tsx';
import { useScope } from '../../scenes/use-scope.ts';
import { BurnAlerts } from '../OnCall/BurnAlerts.tsx';

/** The state of the alert rules on this SLI's objective. */
export function SliAlerts({ scene, id }: { scene: SceneView; id: string }) {
  const scope = useScope(scene);
  const rules = useApi('rules', fetchSloRules, scope.refresh);
  return (
    <Panel title={t('sli.alerts', 'Alerts on this objective')}>
      <Loading loaded={rules} errorTitle={t('on-call.rules-error', 'The alert rules could not be loaded')}>
        {(items) => <BurnAlerts rules={items.filter(({ slo }) => slo === id)} timeZone={scope.timeZone} />}
      </Loading>
    </Panel>
  );
}
