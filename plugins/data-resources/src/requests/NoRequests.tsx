import { Button } from '@backstage/ui';
import { AskLink } from '../components/AskLink';
import { EmptyNotice } from '../components/EmptyNotice';
import type { UrlFilters } from '../hooks/useUrlFilters';
import type { RequestFilterName, RequestView } from './requestFilters';

/** Why the list of requests is empty: the filters, the view, or there are none. */
export const NoRequests = (props: {
  view: RequestView;
  filters: UrlFilters<RequestFilterName>;
}) => {
  if (props.filters.isFiltered) {
    return (
      <EmptyNotice
        title="No request matches these filters"
        action={
          <Button variant="secondary" onPress={props.filters.clear}>
            Clear filters
          </Button>
        }
      >
        There may be others: take a filter away.
      </EmptyNotice>
    );
  }
  if (props.view === 'waiting') {
    return (
      <EmptyNotice title="Nothing waits for you">
        Requests that you may decide appear here. You never decide your own.
      </EmptyNotice>
    );
  }
  if (props.view === 'mine') {
    return (
      <EmptyNotice
        title="You have not asked for anything yet"
        action={<AskLink />}
      >
        Ask for a Kafka topic, a Cassandra keyspace or a PostgreSQL database;
        the request then appears here with its plan and its state.
      </EmptyNotice>
    );
  }
  return (
    <EmptyNotice title="No request that you may see">
      You see the requests of your groups, those that you may decide, and those
      that you made.
    </EmptyNotice>
  );
};
