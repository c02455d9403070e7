import { useApi } from '@backstage/frontend-plugin-api';
import type {
  DataRequest,
  Discovery,
  ItemError,
  RequestInput,
} from '@data-resources/plugin-data-resources-common';
import { useRef, useState } from 'react';
import { dataResourcesApiRef } from '../api/dataResourcesApi';
import { newIdempotencyKey } from '../api/idempotencyKey';
import { useWrite } from '../hooks/useWrite';
import { adoptionInput, type AdoptionChoice } from './adoptionInput';

/** What became of one adoption that was asked for. */
export interface AdoptionResult {
  discovery: Discovery;
  request?: DataRequest;
  error?: ItemError;
}

/**
 * Asks for adoptions: of one its new owners decide, of many together others of platform. Sending
 * the same again after a lost answer makes no second request.
 */
export function useAdopt() {
  const api = useApi(dataResourcesApiRef);
  const [results, setResults] = useState<AdoptionResult[]>();
  const sent = useRef<{ body: string; key: string }>();

  const write = useWrite(
    async (discoveries: Discovery[], choice: AdoptionChoice) => {
      const items = discoveries.flatMap(discovery => {
        const input = adoptionInput(discovery, choice);
        return input ? [{ discovery, input }] : [];
      });
      const inputs = items.map(({ input }) => input);
      const body = JSON.stringify(inputs);
      if (sent.current?.body !== body) {
        sent.current = { body, key: newIdempotencyKey() };
      }
      const idempotencyKey = sent.current.key;
      const answers = await ask(inputs, idempotencyKey);
      const found = answers.map((answer, index) => ({
        ...answer,
        discovery: items[index].discovery,
      }));
      setResults(found);
      return found;
    },
  );

  async function ask(
    inputs: RequestInput[],
    idempotencyKey: string,
  ): Promise<Pick<AdoptionResult, 'request' | 'error'>[]> {
    if (inputs.length === 1) {
      return [
        { request: await api.createRequest(inputs[0], { idempotencyKey }) },
      ];
    }
    const { items } = await api.createRequestBatch(inputs, { idempotencyKey });
    return items.map(({ request, error }) => ({ request, error }));
  }

  return { ...write, results, forgetResults: () => setResults(undefined) };
}
