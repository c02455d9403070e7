import type {
  DataRequest,
  DataResourcesApi,
} from '@data-resources/plugin-data-resources-common';

const PAGE = 200;

/** The requests of a batch that wait for this reader. */
export async function loadWaiting(
  api: DataResourcesApi,
  batchId: string,
): Promise<DataRequest[]> {
  const found: DataRequest[] = [];
  let cursor: string | undefined;
  do {
    const { items, pageInfo } = await api.getRequests({
      batchId,
      approvableBy: 'me',
      state: 'pending',
      limit: PAGE,
      cursor,
    });
    found.push(...items);
    cursor = pageInfo.nextCursor;
  } while (cursor);
  return found;
}

/** Whether a request may be approved without having been opened. */
export function isPlain({ plan, can }: DataRequest): boolean {
  return (
    can.includes('approve') &&
    plan.risk === 'low' &&
    plan.findings.every(({ effect }) => effect === 'info')
  );
}
