import { useRouteRef } from '@backstage/frontend-plugin-api';
import { Button, Link } from '@backstage/ui';
import { RowTable } from '../components/RowTable';
import { Section } from '../components/Section';
import { requestRouteRef } from '../routes';
import type { AdoptionResult } from './useAdopt';

/** What became of each adoption that was asked for; what was refused stands first. */
export const AdoptionResults = (props: {
  results: AdoptionResult[];
  onClose(): void;
}) => {
  const toRequest = useRouteRef(requestRouteRef);
  const refused = props.results.filter(({ error }) => error);
  const asked = props.results.filter(({ request }) => request);
  return (
    <Section
      title="What was asked for"
      note={`${asked.length} asked for, ${refused.length} refused`}
      actions={
        <Button variant="tertiary" onPress={props.onClose}>
          Close
        </Button>
      }
    >
      <RowTable
        label="Results"
        columns={[
          {
            id: 'name',
            label: 'Name',
            isRowHeader: true,
            render: ({ discovery }) =>
              `${discovery.name} on ${discovery.instance}`,
          },
          {
            id: 'result',
            label: 'Result',
            render: ({ request, error }) =>
              request && toRequest ? (
                <Link href={toRequest({ requestId: request.id })}>
                  Adopt {request.name}
                </Link>
              ) : (
                error?.message ?? 'Asked for'
              ),
          },
        ]}
        rows={[...refused, ...asked]}
        rowKey={({ discovery }) => discovery.id}
      />
    </Section>
  );
};
