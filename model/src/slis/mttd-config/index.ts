export { compute, trend } from './compute.ts';
export { definition } from './definition.ts';
