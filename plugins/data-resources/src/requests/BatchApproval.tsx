import { useApi } from '@backstage/frontend-plugin-api';
import { Button, Flex } from '@backstage/ui';
import type {
  BatchDecisions,
  DataRequest,
} from '@data-resources/plugin-data-resources-common';
import { useState } from 'react';
import { dataResourcesApiRef } from '../api/dataResourcesApi';
import { ErrorNotice } from '../components/ErrorNotice';
import { RowTable } from '../components/RowTable';
import { Section } from '../components/Section';
import { useLive } from '../hooks/useLive';
import { useWrite } from '../hooks/useWrite';
import { isPlain, loadWaiting } from './batchWaiting';
import { RequestLink } from './RequestLink';

/**
 * Approves requests of one batch together: only those of low risk that no policy warns of. The
 * others need to be read one by one.
 */
export const BatchApproval = (props: {
  batchId: string;
  onDecided(): void;
}) => {
  const { batchId } = props;
  const api = useApi(dataResourcesApiRef);
  const [decided, setDecided] = useState<{
    requests: DataRequest[];
    items: BatchDecisions['items'];
  }>();
  const { data, error, reload } = useLive({
    key: batchId,
    load: () => loadWaiting(api, batchId),
    everyMs: () => undefined,
  });
  const write = useWrite(async (requests: DataRequest[]) => {
    const { items } = await api.approveRequestBatch(batchId, {
      planHashes: Object.fromEntries(
        requests.map(({ id, plan }) => [id, plan.hash]),
      ),
    });
    setDecided({ requests, items });
    await reload();
    props.onDecided();
  });
  const plain = data?.filter(isPlain) ?? [];
  const rest = (data?.length ?? 0) - plain.length;
  const refused = decided?.items.filter(item => item.error) ?? [];

  if (error) {
    return (
      <ErrorNotice
        title="The batch could not be loaded"
        error={error}
        onRetry={reload}
      />
    );
  }
  if (!data || (data.length === 0 && !decided)) {
    return null;
  }
  return (
    <Section
      title="This batch"
      note={
        decided &&
        `${decided.items.length - refused.length} approved, ${
          refused.length
        } refused`
      }
    >
      <Flex align="center" gap="3" style={{ flexWrap: 'wrap' }}>
        <span>
          {data.length === 1 ? '1 waits' : `${data.length} wait`} for you;{' '}
          {plain.length} of low risk that no policy warns of
          {rest > 0 && `, ${rest} to be read one by one`}.
        </span>
        {plain.length > 0 && (
          <Button isPending={write.isPending} onPress={() => write.run(plain)}>
            {`Approve ${plain.length}`}
          </Button>
        )}
      </Flex>
      {write.error && (
        <ErrorNotice title="Nothing was approved" error={write.error} />
      )}
      {refused.length > 0 && (
        <RowTable
          label="Not approved"
          columns={[
            {
              id: 'request',
              label: 'Request',
              isRowHeader: true,
              render: ({ requestId }) => {
                const request = decided?.requests.find(
                  ({ id }) => id === requestId,
                );
                return request ? <RequestLink request={request} /> : requestId;
              },
            },
            {
              id: 'why',
              label: 'Why',
              render: item => item.error?.message,
            },
          ]}
          rows={refused}
          rowKey={({ requestId }) => requestId}
        />
      )}
    </Section>
  );
};
