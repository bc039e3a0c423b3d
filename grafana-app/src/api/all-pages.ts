import type { Page } from '@cnapp-slo/model';
import type { PageParams } from './client.ts';

/** The API's largest page. */
const pageSize = 500;

/** Follows the cursors until there are `wanted` items, or no more. */
export async function allPages<T>(wanted: number, load: (page: PageParams) => Promise<Page<T>>): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | null = null;
  do {
    const limit = Math.min(wanted - items.length, pageSize);
    const page = await load({ limit, ...(cursor === null ? {} : { cursor }) });
    items.push(...page.items);
    cursor = page.next_cursor;
  } while (cursor !== null && items.length < wanted);
  return items;
}
