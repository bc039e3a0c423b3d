import { SceneAppPage, SceneFlexItem, SceneFlexLayout } from '@grafana/scenes';
import { PLUGIN_BASE_URL } from '../../constants.ts';
import { t } from '../../i18n.ts';
import { column, part } from '../../scenes/column.ts';
import { createScene } from '../../scenes/create-scene.ts';
import { SceneView } from '../../scenes/scene-view.tsx';
import { criticalsPanel } from './criticals-panel.ts';
import { ExecutiveFigures } from './ExecutiveFigures.tsx';
import { ExecutiveLists } from './ExecutiveLists.tsx';
import { MttrChange } from './MttrChange.tsx';

/** How the programme stands, and what changed it. */
export function executivePage(): SceneAppPage {
  return new SceneAppPage({
    title: t('executive.title', 'Executive'),
    subTitle: t('executive.subtitle', 'How safe we are, whether it gets better, and what stands in the way.'),
    url: `${PLUGIN_BASE_URL}/executive`,
    routePath: 'executive/*',
    getScene: () =>
      createScene(
        column(
          view(ExecutiveFigures),
          new SceneFlexLayout({
            direction: 'row',
            children: [
              new SceneFlexItem({ width: '50%', minHeight: 380, body: criticalsPanel() }),
              new SceneFlexItem({ ySizing: 'content', body: new SceneView({ component: MttrChange }) }),
            ],
          }),
          view(ExecutiveLists),
        ),
        // Each range is compared with the one before: two weeks with the two before make a month.
        { from: 'now-14d' },
      ),
  });
}

const view = (component: SceneView['state']['component']) => part(new SceneView({ component }));
