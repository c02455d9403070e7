/** Gives the browser a text to save as a file. */
export function downloadText(fileName: string, text: string): void {
  const url = URL.createObjectURL(
    new Blob([text], { type: 'text/plain;charset=utf-8' }),
  );
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName;
  link.click();
  // The browser has begun to read by the time that the next task runs.
  setTimeout(() => URL.revokeObjectURL(url), 0);
}
