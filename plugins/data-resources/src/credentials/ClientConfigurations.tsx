import { Skeleton } from '@backstage/ui';
import type { IssuedCredentials } from '@data-resources/plugin-data-resources-common';
import { useState } from 'react';
import { ErrorNotice } from '../components/ErrorNotice';
import { Statement } from '../components/Statement';
import { ExportView } from '../exports/ExportView';
import { useExports } from '../exports/useExports';
import { environmentOf } from './environmentOf';

/** The login as variables, and a configuration to paste that takes it from them. */
export const ClientConfigurations = (props: {
  resourceId: string;
  issued: IssuedCredentials;
}) => {
  const { resourceId, issued } = props;
  const [format, setFormat] = useState<string>();
  const { exports, error, reload } = useExports(resourceId, issued.principal);
  const clients =
    exports?.items.filter(({ audience }) => audience === 'client') ?? [];

  return (
    <>
      {error && (
        <ErrorNotice
          title="The client configurations could not be loaded"
          error={error}
          onRetry={reload}
        />
      )}
      {!exports && !error && <Skeleton width="100%" height={200} />}
      {exports && (
        <Statement
          title="Environment of the client"
          text={environmentOf(exports.variables, issued)}
          isPlain
        />
      )}
      {clients.length > 0 && (
        <ExportView exports={clients} chosen={format} onChoose={setFormat} />
      )}
    </>
  );
};
