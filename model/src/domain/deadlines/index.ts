import type { DeadlinePolicy } from '../deadline.ts';
import { cisaBod1902 } from './cisa-bod-19-02.ts';
import { defaultDeadlines } from './default.ts';
import { fedrampVdr } from './fedramp-vdr.ts';

/** What `slis.deadlines` can name. */
export const DEADLINE_PRESETS: readonly DeadlinePolicy[] = [defaultDeadlines, ...fedrampVdr, cisaBod1902];
