import { isDataResource, isInstance } from './entityFilters';

const entity = (
  kind: string,
  type: string,
  annotations: Record<string, string> = {},
) => ({
  apiVersion: 'backstage.io/v1alpha1',
  kind,
  metadata: { name: 'x', annotations },
  spec: { type },
});
const id = { 'data-resources.backstage.io/resource-id': '0193' };

describe('entity filters', () => {
  it('should show the tab on data resources only', () => {
    expect(isDataResource(entity('Resource', 'kafka-topic', id))).toBe(true);
    expect(isDataResource(entity('Resource', 'kafka-topic'))).toBe(false);
    expect(isDataResource(entity('Component', 'service', id))).toBe(false);
  });

  it('should show the card on instances only', () => {
    expect(isInstance(entity('Resource', 'postgres-instance'))).toBe(true);
    expect(isInstance(entity('Resource', 'kafka-topic', id))).toBe(false);
  });
});
