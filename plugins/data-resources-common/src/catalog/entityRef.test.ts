import { createHash } from 'node:crypto';
import {
  KubernetesValidatorFunctions,
  parseEntityRef,
} from '@backstage/catalog-model';
import {
  instanceEntityRef,
  resourceEntityName,
  resourceEntityRef,
} from './entityRef';

function digest(instance: string, name: string): string {
  return createHash('sha256')
    .update(`${instance}|${name}`)
    .digest('hex')
    .slice(0, 8);
}

describe('resourceEntityName', () => {
  it.each([
    ['kafka-dev', 'payments.settled', 'kafka-dev.payments.settled'],
    ['cassandra-dev', 'ledger_v2', 'cassandra-dev.ledger_v2'],
    ['kafka-dev', 'a'.repeat(53), `kafka-dev.${'a'.repeat(53)}`],
  ])('should keep the legal name of %s %s', (instance, name, expected) => {
    expect(resourceEntityName(instance, name)).toBe(expected);
  });

  it.each([
    ['kafka-dev', 'Payments', 'kafka-dev.payments'],
    ['kafka-dev', 'payments_', 'kafka-dev.payments'],
    ['postgres-dev', 'pay ments"; --', 'postgres-dev.pay-ments'],
    ['kafka-dev', 'a'.repeat(54), `kafka-dev.${'a'.repeat(44)}`],
    ['kafka-dev', 'b'.repeat(249), `kafka-dev.${'b'.repeat(44)}`],
    ['postgres-dev', 'zahlung_öä', 'postgres-dev.zahlung'],
  ])('should qualify the name of %s %s', (instance, name, slug) => {
    expect(resourceEntityName(instance, name)).toBe(
      `${slug}-${digest(instance, name)}`,
    );
  });

  it('should keep names apart that differ by case, by a trailing separator or after the cut', () => {
    const names = [
      'orders',
      'Orders',
      'ORDERS',
      'orders_',
      'orders-',
      'orders.',
      `${'o'.repeat(100)}1`,
      `${'o'.repeat(100)}2`,
    ].map(name => resourceEntityName('kafka-dev', name));
    expect(new Set(names).size).toBe(names.length);
    expect(new Set(names.map(n => n.toLowerCase())).size).toBe(names.length);
  });

  it.each(['..', '__', '-', '"', 'ö', ' ', 'a\u0000b', 'Ａ', '💥'.repeat(40)])(
    'should make a legal entity name of the hostile name %j',
    name => {
      for (const instance of ['kafka-dev', 'k'.repeat(63)]) {
        const entityName = resourceEntityName(instance, name);
        expect(KubernetesValidatorFunctions.isValidObjectName(entityName)).toBe(
          true,
        );
        expect(entityName).toBe(entityName.toLowerCase());
      }
    },
  );
});

describe('resourceEntityRef', () => {
  it('should be a ref that parses back to the name', () => {
    expect(resourceEntityRef('kafka-dev', 'payments.settled')).toBe(
      'resource:default/kafka-dev.payments.settled',
    );
    expect(parseEntityRef(resourceEntityRef('kafka-dev', 'A:b/c'))).toEqual({
      kind: 'resource',
      namespace: 'default',
      name: resourceEntityName('kafka-dev', 'A:b/c'),
    });
  });
});

describe('instanceEntityRef', () => {
  it('should name the instance', () => {
    expect(instanceEntityRef('kafka-dev')).toBe('resource:default/kafka-dev');
  });
});
