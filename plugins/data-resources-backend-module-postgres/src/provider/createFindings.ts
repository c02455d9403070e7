import type {
  Finding,
  PlanInput,
} from '@data-resources/plugin-data-resources-node';
import type { InstanceConfig } from '../config/readInstanceConfig';
import { type DatabaseSpec, EMPTY_TEMPLATE } from '../type/specSchema';
import { extensionFindings } from './extensionFindings';
import { observedFacts, serverFacts } from './facts';
import { connectionFindings, nameFindings } from './findings';
import { localeFindings, templateFindings } from './localeFindings';
import { parameterFindings } from './parameterFindings';
import { schemaFindings } from './schemaFindings';

/** The server's and the instance's own rules on a database that is to be created. */
export function createFindings(
  input: PlanInput<DatabaseSpec>,
  config: InstanceConfig,
): Finding[] {
  const spec = input.desired!;
  const facts = serverFacts(input.instance.facts);
  return [
    ...nameFindings(input, config),
    ...schemaFindings(
      input.object.name,
      spec.schemas ?? [],
      observedFacts(input.observed.facts),
    ),
    ...templateFindings(spec, facts, config),
    ...extensionFindings({
      database: input.object.name,
      all: spec.extensions,
      create: spec.extensions,
      facts,
      config,
    }),
    ...connectionFindings(spec, config),
    ...localeFindings(spec, facts),
    ...parameterFindings(spec.parameters, facts, {
      version: input.instance.version,
      isEmpty: (spec.template ?? EMPTY_TEMPLATE) === EMPTY_TEMPLATE,
    }),
  ];
}
