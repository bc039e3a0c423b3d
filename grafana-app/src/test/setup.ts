import '@testing-library/jest-dom';

// i18next greets whoever starts it.
jest.spyOn(console, 'info').mockImplementation(() => undefined);

// Grafana puts the real frame in at run time.
jest.mock('@grafana/runtime', () => ({
  ...jest.requireActual('@grafana/runtime'),
  PluginPage: jest.requireActual('./PluginFrame.tsx').PluginFrame,
}));
