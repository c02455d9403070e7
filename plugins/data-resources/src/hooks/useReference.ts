import { useApi } from '@backstage/frontend-plugin-api';
import type {
  DataResourcesApi,
  Instance,
  ResourceType,
} from '@data-resources/plugin-data-resources-common';
import { useEffect, useState } from 'react';
import { dataResourcesApiRef } from '../api/dataResourcesApi';

/** The types and instances that the portal knows: they fill filters and name things. */
export interface Reference {
  types: ResourceType[];
  instances: Instance[];
}

const FRESH_FOR_MS = 60_000;
const nothing: Reference = { types: [], instances: [] };
const known = new WeakMap<
  DataResourcesApi,
  { at: number; answer: Promise<Reference> }
>();

/**
 * Read once and shared by all pages for a minute. Where it cannot be read, the pages go on without
 * titles and without these filters: nothing depends on it.
 */
export function useReference(): Reference {
  const api = useApi(dataResourcesApiRef);
  const [reference, setReference] = useState(nothing);

  useEffect(() => {
    let gone = false;
    readReference(api).then(
      answer => !gone && setReference(answer),
      () => {},
    );
    return () => {
      gone = true;
    };
  }, [api]);

  return reference;
}

/** The same for what cannot go on without: rejects where it cannot be read, and asks anew the next time. */
export function readReference(api: DataResourcesApi): Promise<Reference> {
  const kept = known.get(api);
  if (kept && Date.now() - kept.at < FRESH_FOR_MS) {
    return kept.answer;
  }
  const answer = Promise.all([api.getTypes(), api.getInstances()]).then(
    ([types, instances]) => ({ types, instances }),
  );
  known.set(api, { at: Date.now(), answer });
  answer.catch(() => known.delete(api));
  return answer;
}
