export { compute } from './compute.ts';
export { definition } from './definition.ts';
export { trend } from './trend.ts';
