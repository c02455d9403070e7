import type { FieldExtensionComponentProps } from '@backstage/plugin-scaffolder-react';
import type { JsonObject } from '@backstage/types';
import { useEffect, useState } from 'react';
import { useReference } from '../hooks/useReference';
import { PlanPreview } from '../plan/PlanPreview';
import { usePlan } from '../plan/usePlan';
import { FieldProblemsProvider, problemsOf } from '../spec/fieldProblems';
import { SpecForm } from '../spec/SpecForm';
import { type SpecSchema, startOfSpec } from '../spec/specSchema';
import { createInput } from './createInput';
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
  const { types, instances } = useReference();
  const schema = types.find(known => known.type === name)?.specSchema as
    | SpecSchema
    | undefined;
  const [isReady, setReady] = useState(false);
  const isEmpty = !formData || Object.keys(formData).length === 0;

  // Once: what somebody empties afterwards stays empty.
  useEffect(() => {
    if (schema && !isReady) {
      const first = { ...startOfSpec(schema), ...start };
      if (isEmpty && Object.keys(first).length > 0) {
        onChange(first);
      } else {
        setReady(true);
      }
    }
  }, [schema, isReady, isEmpty, onChange, start]);

  const input = createInput(name, {
    ...formContext?.formData,
    spec: formData ?? {},
  });
  const answer = usePlan(input);

  return (
    <div className={styles.ask}>
      {schema && isReady && (
        <FieldProblemsProvider value={input ? problemsOf(answer) : []}>
          <SpecForm
            schema={schema}
            instance={instances.find(each => each.name === input?.instance)}
            value={formData ?? {}}
            onChange={onChange}
          />
        </FieldProblemsProvider>
      )}
      {input && <PlanPreview answer={answer} />}
    </div>
  );
};
