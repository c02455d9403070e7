import { useRouteRef } from '@backstage/frontend-plugin-api';
import { ButtonLink } from '@backstage/ui';
import { askRouteRef } from '../routes';

/** Leads to the templates; absent in a portal without the scaffolder. */
export const AskLink = () => {
  const ask = useRouteRef(askRouteRef);
  return ask ? (
    <ButtonLink href={ask()} variant="primary">
      Ask for a data resource
    </ButtonLink>
  ) : null;
};
