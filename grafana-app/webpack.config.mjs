// Builds the app and its nested data source into dist/, the folder that Grafana loads as a plugin.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import CopyPlugin from 'copy-webpack-plugin';

const root = dirname(fileURLToPath(import.meta.url));
const { name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const { id } = JSON.parse(readFileSync(join(root, 'src/plugin.json'), 'utf8'));
const { resolve } = createRequire(import.meta.url);

/** What Grafana's module loader provides. Everything else is bundled. */
const externals = [
  ...['lodash', 'jquery', 'moment', 'slate', 'emotion', '@emotion/react', '@emotion/css', 'prismjs', 'd3'],
  ...['react', 'react/jsx-runtime', 'react/jsx-dev-runtime', 'react-dom', 'react-redux', 'redux', 'rxjs'],
  ...['i18next', 'react-router', '@grafana/ui', '@grafana/runtime', '@grafana/data'],
  // Where this module was loaded from, for the address of its chunks: Grafana may be served below a path or from a CDN.
  { 'amd-module': 'module' },
];

/** @param {unknown} _env @param {{ mode?: 'production' | 'development' }} argv */
export default (_env, { mode = 'production' }) => ({
  mode,
  context: join(root, 'src'),
  entry: { module: './module.tsx', 'datasource/module': './datasource/module.ts' },
  output: {
    path: join(root, 'dist'),
    filename: '[name].js',
    // Grafana lists a plugin's files when it starts: with stable names a rebuild needs no restart.
    chunkFilename: mode === 'production' ? 'chunks/[name].[contenthash:8].js' : 'chunks/[name].js',
    library: { type: 'amd' },
    publicPath: `public/plugins/${id}/`,
    uniqueName: id,
    clean: true,
  },
  externals,
  devtool: 'source-map',
  // The pseudo locale is a development tool of Grafana itself.
  resolve: { extensions: ['.ts', '.tsx', '.js', '.mjs'], alias: { 'i18next-pseudo': false } },
  module: {
    rules: [
      // The model is TypeScript source too: only third-party code is left as it is.
      {
        test: /\.tsx?$/,
        exclude: /node_modules\/(?!@cnapp-slo\/)/,
        use: {
          loader: resolve('swc-loader'),
          options: {
            jsc: {
              parser: { syntax: 'typescript', tsx: true },
              target: 'es2022',
              // A released Grafana has only the production half of React's JSX runtime.
              transform: { react: { runtime: 'automatic', development: false } },
            },
          },
        },
      },
      { test: /\.yaml$/, type: 'asset/source' },
      { test: /\.m?js$/, resolve: { fullySpecified: false } },
    ],
  },
  plugins: [
    new CopyPlugin({
      patterns: [
        {
          from: '**/plugin.json',
          transform: (json) => String(json).replaceAll('%VERSION%', version).replaceAll('%PLUGIN_ID%', id),
        },
        { from: '**/img/*' },
        // One set of texts, under the names by which Grafana looks for each plugin's.
        ...['en-US', 'de-DE'].flatMap((language) => [
          { from: `locales/${language}.json`, to: `locales/${language}/${id}.json` },
          { from: `locales/${language}.json`, to: `datasource/locales/${language}/cnapp-slo-datasource.json` },
        ]),
        { from: '../README.md', noErrorOnMissing: true },
        { from: '../CHANGELOG.md', noErrorOnMissing: true },
        { from: '../../LICENSE', to: 'LICENSE', toType: 'file', noErrorOnMissing: true },
      ],
    }),
  ],
  performance: { hints: false },
  // @grafana/scenes still looks for an export that @grafana/schema has dropped; it copes.
  ignoreWarnings: [{ module: /@grafana\/scenes/, message: /defaultOptions/ }],
  stats: { preset: 'errors-warnings', assets: true, builtAt: true },
  infrastructureLogging: { level: 'warn' },
  optimization: mode === 'production' ? { moduleIds: 'deterministic', chunkIds: 'deterministic' } : {},
  name,
});
