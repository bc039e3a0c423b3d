import { LocationServiceProvider, locationService } from '@grafana/runtime';
import { render } from '@testing-library/react';
import { type ReactNode, useLayoutEffect, useState } from 'react';
import { Route, Router, Routes } from 'react-router-dom';
import App from '../App.tsx';
import { PLUGIN_BASE_URL } from '../constants.ts';

/** Opens a page of the app as Grafana does: below its route, on the location service's history. */
export function renderApp(path: string) {
  locationService.push(`${PLUGIN_BASE_URL}${path}`);
  return render(
    <GrafanaRouter>
      <Routes>
        <Route path={`${PLUGIN_BASE_URL}/*`} element={<App />} />
      </Routes>
    </GrafanaRouter>,
  );
}

function GrafanaRouter({ children }: { children: ReactNode }) {
  const history = locationService.getHistory();
  const [location, setLocation] = useState(history.location);
  useLayoutEffect(() => history.listen(setLocation), [history]);
  return (
    <LocationServiceProvider service={locationService}>
      <Router location={location} navigator={history}>
        {children}
      </Router>
    </LocationServiceProvider>
  );
}
