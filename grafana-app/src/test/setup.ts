import '@testing-library/jest-dom';
import { configure } from '@testing-library/react';

// Machines that test are busy.
configure({ asyncUtilTimeout: 10_000 });

// i18next greets whoever starts it.
jest.spyOn(console, 'info').mockImplementation(() => undefined);

// Grafana puts the real frame in at run time.
jest.mock('@grafana/runtime', () => ({
  ...jest.requireActual('@grafana/runtime'),
  PluginPage: jest.requireActual('./PluginFrame.tsx').PluginFrame,
}));
