import type { Page } from '@playwright/test';

/** What the form's library logs when something is filled in wrong, which tests do on purpose. */
const FORM_NOTE = 'Form validation failed';

/**
 * How React's development build begins its advice, most of it about the libraries of Backstage;
 * the production build does not have it.
 */
const REACT_ADVICE = 'Warning: ';

/** Forms are planned while they are filled in: what is wrong with them is an answer. */
const REFUSED_PLAN = /status of 400 .*\/v1\/plans\)$/;

function isComplaint(text: string): boolean {
  return (
    !text.startsWith(FORM_NOTE) &&
    !text.startsWith(REACT_ADVICE) &&
    !REFUSED_PLAN.test(text)
  );
}

/**
 * Notes errors on the console, uncaught errors and requests that failed. What the browser gave up
 * because its page was left is no failure.
 */
export function watch(page: Page, complaints: string[]): void {
  page.on('console', message => {
    const text = `${message.text()} (${message.location().url})`;
    if (message.type() === 'error' && isComplaint(text)) {
      complaints.push(text);
    }
  });
  page.on('pageerror', error => complaints.push(`Uncaught: ${error.message}`));
  page.on('requestfailed', request => {
    const why = request.failure()?.errorText;
    if (why !== 'net::ERR_ABORTED') {
      complaints.push(`${request.method()} ${request.url()}: ${why}`);
    }
  });
}
