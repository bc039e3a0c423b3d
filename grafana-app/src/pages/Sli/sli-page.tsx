import { SLIS, type SliDefinition } from '@cnapp-slo/model';
import { type EmbeddedScene, SceneAppPage, type SceneAppPageLike } from '@grafana/scenes';
import { PLUGIN_BASE_URL } from '../../constants.ts';
import { column, part } from '../../scenes/column.ts';
import { createScene } from '../../scenes/create-scene.ts';
import { LazyScene } from '../../scenes/lazy-scene.tsx';
import { SceneView } from '../../scenes/scene-view.tsx';
import { overviewPage } from '../Overview/overview-page.tsx';
import { Explain } from './Explain.tsx';
import { episodePanels } from './episode-panels.ts';
import { SliAlerts } from './SliAlerts.tsx';
import { SliSummary } from './SliSummary.tsx';
import { trendPanels } from './trend-panels.ts';

/** `/slis/{id}`; without an id, the overview. */
export function slisPage(): SceneAppPage {
  const overview = overviewPage();
  return new SceneAppPage({
    ...overview.state,
    key: 'slis',
    url: `${PLUGIN_BASE_URL}/slis`,
    routePath: 'slis/*',
    drilldowns: [{ routePath: ':id/*', getPage: (match) => sliPage((match.params as { id: string }).id, overview) }],
  });
}

function sliPage(id: string, parent: SceneAppPageLike): SceneAppPage {
  const definition = SLIS.find((sli) => sli.definition.id === id)?.definition;
  return new SceneAppPage({
    title: definition === undefined ? id : definition.title,
    subTitle: definition?.description,
    url: `${PLUGIN_BASE_URL}/slis/${encodeURIComponent(id)}`,
    routePath: '*',
    getParentPage: () => parent,
    getScene: () => sliScene(id, definition),
  });
}

function sliScene(id: string, definition: SliDefinition | undefined): EmbeddedScene {
  const hasObjective = definition?.objective != null;
  return createScene(
    column(
      part(new SceneView({ component: ({ scene }) => <SliSummary scene={scene} id={id} /> })),
      part(new LazyScene({ body: trendPanels(id, definition?.objective !== null) }), 280),
      ...(definition?.unit === 's' ? [part(new LazyScene({ body: episodePanels(id) }), 300)] : []),
      ...(hasObjective ? [part(new LazyScene({ body: alerts(id) }), 72)] : []),
      part(new SceneView({ component: ({ scene }) => <Explain scene={scene} id={id} /> })),
    ),
  );
}

const alerts = (id: string) => new SceneView({ component: ({ scene }) => <SliAlerts scene={scene} id={id} /> });
