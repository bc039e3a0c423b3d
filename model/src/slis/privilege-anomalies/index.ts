export { compute, concerns } from './compute.ts';
export { definition } from './definition.ts';
