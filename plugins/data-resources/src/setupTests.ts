import '@testing-library/jest-dom';
import { configure } from '@testing-library/react';
import { leaveRulesOut } from './__testUtils__/leaveRulesOut';

// Each test mounts a whole app, which takes seconds where engines and other suites run beside it.
// These are ceilings: nothing waits longer than it must.
configure({ asyncUtilTimeout: 15_000 });
jest.setTimeout(60_000);

leaveRulesOut();

// jsdom has no layout and so no observer; nothing ever scrolls into view here.
class NothingIntersects implements IntersectionObserver {
  readonly root = null;
  readonly rootMargin = '';
  readonly thresholds = [];
  observe() {}
  unobserve() {}
  disconnect() {}
  takeRecords() {
    return [];
  }
}
window.IntersectionObserver = NothingIntersects;
