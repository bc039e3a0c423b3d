import { DEFAULT_DEADLINES, type DeadlinePolicy } from '../deadline.ts';
import { cisaBod1902 } from './cisa-bod-19-02.ts';
import { fedrampVdr } from './fedramp-vdr.ts';

/** What `slis.deadlines` can name. */
export const DEADLINE_PRESETS: readonly DeadlinePolicy[] = [DEFAULT_DEADLINES, ...fedrampVdr, cisaBod1902];
