import { createRequire } from 'node:module';

/** Packages that come as ES modules only, which jest runs as CommonJS. */
const esModules = `
  .*d3.* ol internmap delaunator robust-predicates rbush quickselect react-calendar
  get-user-locale memoize mimic-function @wojtekmaj marked marked-mangle uuid react-colorful
  react-data-grid @grafana msw @mswjs until-async rettime @open-draft headers-polyfill
  react-use leven pbf earcut @bsull yaml @lezer @prometheus-io
`;

/** Unit and component tests. The model is compiled as well: it is TypeScript source. */
export default {
  // A page is many components, and machines that test are busy.
  testTimeout: 30_000,
  testEnvironment: 'jest-fixed-jsdom',
  roots: ['<rootDir>/src'],
  setupFiles: ['<rootDir>/src/test/browser.ts'],
  setupFilesAfterEnv: ['<rootDir>/src/test/setup.ts'],
  transform: {
    '\\.yaml$': '<rootDir>/src/test/text-transform.cjs',
    '^.+\\.(t|j)sx?$|^.+\\.mjs$': [
      '@swc/jest',
      {
        jsc: {
          parser: { syntax: 'typescript', tsx: true },
          target: 'es2022',
          transform: { react: { runtime: 'automatic' } },
        },
        module: { type: 'commonjs' },
      },
    ],
  },
  transformIgnorePatterns: [`node_modules/(?!(${esModules.trim().split(/\s+/).join('|')})/)`],
  moduleNameMapper: {
    '^react-inlinesvg$': '<rootDir>/src/test/InlineSvg.tsx',
    // Grafana has one router for itself and its plugins.
    '^react-router-dom(-v5-compat)?$': createRequire(import.meta.url).resolve('react-router-dom'),
    '\\.svg$': '<rootDir>/src/test/file-stub.ts',
    '\\.css$': '<rootDir>/src/test/file-stub.ts',
  },
};
