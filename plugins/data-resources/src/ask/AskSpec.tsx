import { useApi } from '@backstage/frontend-plugin-api';
import type { FieldExtensionComponentProps } from '@backstage/plugin-scaffolder-react';
import type { JsonObject } from '@backstage/types';
import { useEffect, useMemo, useState } from 'react';
import { dataResourcesApiRef } from '../api/dataResourcesApi';
import { ErrorNotice } from '../components/ErrorNotice';
import { useLive } from '../hooks/useLive';
import { readReference } from '../hooks/useReference';
import { PlanPreview } from '../plan/PlanPreview';
import { usePlan } from '../plan/usePlan';
import { FieldProblemsProvider, problemsOf } from '../spec/fieldProblems';
import { SpecForm } from '../spec/SpecForm';
import { type SpecSchema, startOfSpec } from '../spec/specSchema';
import { createInput } from './createInput';
import { HoldForm } from './HoldForm';
import styles from './AskSpec.module.css';

/** What a template says about its field. */
export interface AskSpecOptions {
  /** Of which type the spec is, e.g. `kafka-topic`. */
  type: string;
  /** What it begins with, besides the defaults of the type. */
  start?: JsonObject;
}

/**
 * The settings of a new resource in a template's form: the fields of its type, and what the whole
 * form would come to, judged while it is filled in.
 */
export const AskSpec = (
  props: FieldExtensionComponentProps<JsonObject, AskSpecOptions>,
) => {
  const { formData, onChange, formContext } = props;
  const { type: name = '', start } = props.uiSchema['ui:options'] ?? {};
  const api = useApi(dataResourcesApiRef);
  const {
    data: reference,
    error,
    reload,
  } = useLive({
    key: 'reference',
    load: () => readReference(api),
    everyMs: () => undefined,
  });
  // Of a type that there is not, the plan says so.
  const schema = reference?.types.find(known => known.type === name)
    ?.specSchema as SpecSchema | undefined;
  const first = useMemo(
    () => schema && { ...startOfSpec(schema), ...start },
    [schema, start],
  );
  const [isTouched, setTouched] = useState(false);
  const isEmpty = !formData || Object.keys(formData).length === 0;
  // A form that was sent on too early comes back with what it had then. What somebody empties stays empty.
  const lacks =
    first && isEmpty && !isTouched && Object.keys(first).length > 0
      ? first
      : undefined;
  useEffect(() => {
    if (lacks) {
      onChange(lacks);
    }
  }, [lacks, onChange]);

  const input = createInput(name, {
    ...formContext?.formData,
    spec: formData ?? {},
  });
  const answer = usePlan(input);

  return (
    <div className={styles.ask}>
      {error && (
        <>
          <ErrorNotice
            title="The settings could not be loaded"
            error={error}
            onRetry={reload}
          />
          <HoldForm message="The settings could not be loaded. Retry that first" />
        </>
      )}
      {((!reference && !error) || lacks) && (
        <HoldForm message="The settings are being loaded. Try again in a moment" />
      )}
      {schema && !lacks && (
        <FieldProblemsProvider value={input ? problemsOf(answer) : []}>
          <SpecForm
            schema={schema}
            instance={reference?.instances.find(
              each => each.name === input?.instance,
            )}
            value={formData ?? {}}
            onChange={spec => {
              setTouched(true);
              onChange(spec);
            }}
          />
        </FieldProblemsProvider>
      )}
      {input && <PlanPreview answer={answer} />}
    </div>
  );
};
