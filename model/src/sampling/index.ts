export * from './compose.ts';
export * from './seeded.ts';
export * from './threshold.ts';
export * from './tracestate.ts';
