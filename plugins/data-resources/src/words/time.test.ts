import { relativeTime } from './time';

describe('relativeTime', () => {
  const now = Date.parse('2026-03-02T10:00:00Z');

  it.each([
    ['2026-03-02T09:59:50Z', '10 seconds ago'],
    ['2026-03-02T10:00:12Z', 'in 12 seconds'],
    ['2026-03-02T09:55:01Z', '4 minutes ago'],
    ['2026-03-03T11:00:00Z', 'tomorrow'],
    ['2026-02-20T10:00:00Z', '10 days ago'],
    ['2024-03-02T10:00:00Z', '2 years ago'],
  ])('should tell %s as "%s"', (at, expected) => {
    expect(relativeTime(new Date(at), now)).toBe(expected);
  });
});
