import { SceneApp, useSceneApp } from '@grafana/scenes';
import { alertRulesPage } from './pages/AlertRules/alert-rules-page.tsx';
import { assetsPage } from './pages/Asset/assets-page.tsx';
import { debugPage } from './pages/Debug/debug-page.tsx';
import { executivePage } from './pages/Executive/executive-page.tsx';
import { findingsPage } from './pages/Findings/findings-page.tsx';
import { incidentsPage } from './pages/Incident/incidents-page.tsx';
import { onCallPage } from './pages/OnCall/on-call-page.tsx';
import { overviewPage } from './pages/Overview/overview-page.tsx';
import { slisPage } from './pages/Sli/sli-page.tsx';

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
      alertRulesPage(),
    ],
  });

export default function App() {
  const app = useSceneApp(createApp);
  return <app.Component model={app} />;
}
