import { getDataSourceSrv } from '@grafana/runtime';
import { SceneApp, useSceneApp } from '@grafana/scenes';
import { useLocation } from 'react-router-dom';
import { DATA_SOURCE_TYPE, PLUGIN_BASE_URL } from './constants.ts';
import { alertRulesPage } from './pages/AlertRules/alert-rules-page.tsx';
import { assetsPage } from './pages/Asset/assets-page.tsx';
import { debugPage } from './pages/Debug/debug-page.tsx';
import { executivePage } from './pages/Executive/executive-page.tsx';
import { findingsPage } from './pages/Findings/findings-page.tsx';
import { incidentsPage } from './pages/Incident/incidents-page.tsx';
import { onCallPage } from './pages/OnCall/on-call-page.tsx';
import { overviewPage } from './pages/Overview/overview-page.tsx';
import { samplingPage } from './pages/Sampling/sampling-page.tsx';
import { slisPage } from './pages/Sli/sli-page.tsx';
import { NoDataSource } from './scenes/NoDataSource.tsx';

const createApp = () =>
  new SceneApp({
    name: 'cnapp-slo',
    pages: [
      overviewPage(),
      slisPage(),
      executivePage(),
      onCallPage(),
      incidentsPage(),
      findingsPage(),
      assetsPage(),
      debugPage(),
      samplingPage(),
      alertRulesPage(),
    ],
  });

export default function App() {
  const app = useSceneApp(createApp);
  const { pathname } = useLocation();
  // Alert rules ask Grafana and its Prometheus alone.
  const needsProcessor = !pathname.startsWith(`${PLUGIN_BASE_URL}/alert-rules`);
  const hasDataSource = getDataSourceSrv().getList({ pluginId: DATA_SOURCE_TYPE }).length > 0;
  return needsProcessor && !hasDataSource ? <NoDataSource /> : <app.Component model={app} />;
}
