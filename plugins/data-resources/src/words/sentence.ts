/** What a server said as a sentence that another one may follow: it ends with a full stop. */
export function sentence(text: string): string {
  const said = text.trim();
  return /[.!?…]$/.test(said) ? said : `${said}.`;
}
