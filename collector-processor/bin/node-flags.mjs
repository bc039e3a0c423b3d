// @ts-check
/**
 * How Node runs the processor. What comes in over the network lies outside V8's heap until the young generation is collected. By default
 * that is so rarely, for what we allocate, that V8 counts 64 MiB of such bytes first and marks the whole heap again and again. The old
 * generation is collected when it has grown by so much since the last time: by default V8 lets it grow to three times what is in use.
 */
export const NODE_FLAGS = ['--max-semi-space-size=8', '--heap-growing-percent=40'];

/**
 * What is set of glibc's allocator unless the user sets it; others take no notice. By default it takes ever larger buffers, such as those of
 * a start on a large store, from a heap that it hardly ever gives back.
 */
export const ALLOCATOR_ENV = { MALLOC_MMAP_THRESHOLD_: '1048576', MALLOC_ARENA_MAX: '2' };
