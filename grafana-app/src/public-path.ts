import amdModule from 'amd-module';
import { PLUGIN_ID } from './constants.ts';

declare var __webpack_public_path__: string;

// Chunks lie beside this module, wherever Grafana loaded it from: below a path, or from a CDN.
const { uri } = amdModule ?? {};
__webpack_public_path__ = uri ? uri.slice(0, uri.lastIndexOf('/') + 1) : `public/plugins/${PLUGIN_ID}/`;
