import { configApiRef } from '@backstage/frontend-plugin-api';
import { mockApis, TestApiProvider } from '@backstage/frontend-test-utils';
import { renderHook, waitFor } from '@testing-library/react';
import type { PropsWithChildren } from 'react';
import { useDocumentTitle } from './useDocumentTitle';

const wrapper = ({ children }: PropsWithChildren) => (
  <TestApiProvider
    apis={[
      [configApiRef, mockApis.config({ data: { app: { title: 'Portal' } } })],
    ]}
  >
    {children}
  </TestApiProvider>
);

describe('useDocumentTitle', () => {
  beforeEach(() => {
    document.title = 'Portal';
  });

  it('should name the tab while it is used, once the name is known', () => {
    const { rerender, unmount } = renderHook(
      ({ title }: { title?: string }) => useDocumentTitle(title),
      { wrapper, initialProps: {} },
    );
    expect(document.title).toBe('Portal');
    rerender({ title: 'orders' });
    expect(document.title).toBe('orders | Portal');
    unmount();
    expect(document.title).toBe('Portal');
  });

  it('should leave a count before it, and win against an older title', async () => {
    const { unmount } = renderHook(() => useDocumentTitle('orders'), {
      wrapper,
    });
    document.title = '(3) orders | Portal';
    await new Promise(resolve => setTimeout(resolve, 20));
    expect(document.title).toBe('(3) orders | Portal');

    document.title = 'Portal';
    await waitFor(() => expect(document.title).toBe('orders | Portal'));

    unmount();
    document.title = 'Somewhere else';
    await new Promise(resolve => setTimeout(resolve, 20));
    expect(document.title).toBe('Somewhere else');
  });
});
