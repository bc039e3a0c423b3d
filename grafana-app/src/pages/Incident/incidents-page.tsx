import { SceneAppPage, type SceneAppPageLike } from '@grafana/scenes';
import { PLUGIN_BASE_URL } from '../../constants.ts';
import { t } from '../../i18n.ts';
import { createScene } from '../../scenes/create-scene.ts';
import { SceneView } from '../../scenes/scene-view.tsx';
import { onCallPage } from '../OnCall/on-call-page.tsx';
import { Incident } from './Incident.tsx';

/** `/incidents/{id}`, where an alert's link leads; without an id, the on-call page. */
export function incidentsPage(): SceneAppPage {
  const onCall = onCallPage();
  return new SceneAppPage({
    ...onCall.state,
    key: 'incidents',
    url: `${PLUGIN_BASE_URL}/incidents`,
    routePath: 'incidents/*',
    drilldowns: [{ routePath: ':id/*', getPage: (match) => incidentPage((match.params as { id: string }).id, onCall) }],
  });
}

function incidentPage(id: string, parent: SceneAppPageLike): SceneAppPage {
  const page: SceneAppPage = new SceneAppPage({
    title: t('incident.title', 'Incident'),
    url: `${PLUGIN_BASE_URL}/incidents/${encodeURIComponent(id)}`,
    routePath: '*',
    getParentPage: () => parent,
    getScene: () =>
      createScene(
        new SceneView({
          component: ({ scene }) => <Incident scene={scene} id={id} onTitle={(title) => page.setState({ title })} />,
        }),
        { hasFilters: false },
      ),
  });
  return page;
}
