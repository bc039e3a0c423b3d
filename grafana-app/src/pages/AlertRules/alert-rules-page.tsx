import { EmbeddedScene, SceneAppPage } from '@grafana/scenes';
import { PLUGIN_BASE_URL } from '../../constants.ts';
import { t } from '../../i18n.ts';
import { SceneView } from '../../scenes/scene-view.tsx';
import { AlertRules } from './AlertRules.tsx';

/** Which of our alert rules are installed, and what installing would change. */
export function alertRulesPage(): SceneAppPage {
  return new SceneAppPage({
    title: t('alert-rules.title', 'Alert rules'),
    subTitle: t(
      'alert-rules.subtitle',
      'Burn-rate and health alerts for the SLOs of this product. Rules that are not ours are never touched.',
    ),
    url: `${PLUGIN_BASE_URL}/alert-rules`,
    routePath: 'alert-rules/*',
    // It asks Grafana and its Prometheus alone: no processor, no filters.
    getScene: () => new EmbeddedScene({ body: new SceneView({ component: AlertRules }) }),
  });
}
