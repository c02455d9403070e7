import { useApi } from '@backstage/frontend-plugin-api';
import type {
  Plan,
  RequestInput,
} from '@data-resources/plugin-data-resources-common';
import { useEffect, useState } from 'react';
import { dataResourcesApiRef } from '../api/dataResourcesApi';

const WAIT_MS = 400;

/** What an input would come to, as somebody goes on typing. */
export interface PlanOfInput {
  plan?: Plan;
  error?: Error;
  /** The plan or error is that of an earlier input. */
  isStale: boolean;
}

interface Answer {
  key: string;
  plan?: Plan;
  error?: Error;
}

/** Plans again a moment after the last change; only the latest question is answered. */
export function usePlan(input: RequestInput | undefined): PlanOfInput {
  const api = useApi(dataResourcesApiRef);
  const key = JSON.stringify(input);
  const [answer, setAnswer] = useState<Answer>();

  useEffect(() => {
    if (key === undefined) {
      return undefined;
    }
    let gone = false;
    const timer = setTimeout(() => {
      api.createPlan(JSON.parse(key)).then(
        plan => !gone && setAnswer({ key, plan }),
        error => !gone && setAnswer({ key, error }),
      );
    }, WAIT_MS);
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, [api, key]);

  return { ...answer, isStale: answer?.key !== key };
}
