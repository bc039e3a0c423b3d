import { SceneAppPage } from '@grafana/scenes';
import { PLUGIN_BASE_URL } from '../../constants.ts';
import { t } from '../../i18n.ts';
import { createScene } from '../../scenes/create-scene.ts';
import { SceneView } from '../../scenes/scene-view.tsx';
import { OnCall } from './OnCall.tsx';

/** What somebody on call needs now. */
export function onCallPage(): SceneAppPage {
  return new SceneAppPage({
    title: t('on-call.title', 'On-call'),
    subTitle: t('on-call.subtitle', 'What fires now, whose it is, and what happens while you look.'),
    url: `${PLUGIN_BASE_URL}/on-call`,
    routePath: 'on-call/*',
    getScene: () => createScene(new SceneView({ component: OnCall }), { hasTimeRange: false }),
  });
}
