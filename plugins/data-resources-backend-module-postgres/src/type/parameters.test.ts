import { sameParameter } from './parameters';

describe('sameParameter', () => {
  it.each([
    ['statement_timeout', '60s', '1min'],
    ['statement_timeout', '30s', '30000'],
    ['statement_timeout', '1.5 min', '90s'],
    ['work_mem', '1MB', '1024'],
    ['work_mem', '1 GB', '1024MB'],
    ['jit', 'on', 'yes'],
    ['jit', 'FALSE', '0'],
    ['random_page_cost', '1.10', '1.1'],
    ['default_transaction_isolation', 'Serializable', 'serializable'],
    ['timezone', 'europe/berlin', 'Europe/Berlin'],
  ])('should find %s = %s and %s the same', (name, left, right) => {
    expect(sameParameter(name, left, right)).toBe(true);
    expect(sameParameter(name, right, left)).toBe(true);
  });

  it.each([
    ['statement_timeout', '60s', '60min'],
    ['statement_timeout', '60', '60s'],
    ['statement_timeout', '60s', 'sixty'],
    ['work_mem', '1MB', '1mb'],
    ['jit', 'on', 'off'],
    ['jit', 'on', 'constructor'],
    ['random_page_cost', '1.1', 'nan'],
    ['timezone', 'UTC', 'Europe/Berlin'],
    ['search_path', 'a', 'b'],
  ])('should tell %s = %s from %s', (name, left, right) => {
    expect(sameParameter(name, left, right)).toBe(false);
    expect(sameParameter(name, right, left)).toBe(false);
  });
});
