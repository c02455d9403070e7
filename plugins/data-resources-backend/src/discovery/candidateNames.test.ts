import { candidateNames, nameBegins } from './candidateNames';

describe('candidateNames', () => {
  it.each([
    ['payments-api', ['payments-api', 'payments']],
    ['User:payments_api', ['payments_api', 'payments-api', 'payments']],
    [
      'Payments-API-consumer-prod',
      [
        'payments-api-consumer-prod',
        'payments-api-consumer',
        'payments-api',
        'payments',
      ],
    ],
    ['orders_rw', ['orders_rw', 'orders-rw', 'orders']],
    ['User:*', []],
    ['PUBLIC', ['public']],
    ['', []],
  ])(
    'should find in %s the names that the catalog may have',
    (value, names) => {
      expect(candidateNames(value, ['dev', 'prod'])).toEqual(names);
    },
  );
});

describe('nameBegins', () => {
  it('should take whole words, the longest begin first', () => {
    expect(nameBegins('Payments.order_events')).toEqual([
      'payments-order-events',
      'payments-order',
      'payments',
    ]);
    expect(nameBegins('__')).toEqual([]);
  });
});
