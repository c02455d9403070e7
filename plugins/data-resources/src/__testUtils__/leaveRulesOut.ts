/** What queries by role, names of elements, clicks and `toBeVisible` read of a style. */
const READ = /\b(?:display|visibility|opacity|pointer-events)\s*:/;

/** A rule with all that it holds, as JSS writes a sheet. */
const RULES = /^\S[^{]*\{[\s\S]*?^\}/gm;

/** In the place of a rule, so that others keep theirs; no element is compared with it. */
const NO_RULE = '@font-face {}';

/**
 * Has style sheets hold only the rules that tests read. Queries by role ask for the style of
 * every element, for which jsdom compares each with every rule: most of the time of a test.
 */
export function leaveRulesOut(): void {
  const { insertRule } = CSSStyleSheet.prototype;
  CSSStyleSheet.prototype.insertRule = function insertRead(rule, index) {
    const kept = rule.startsWith('@') || READ.test(rule);
    return insertRule.call(this, kept ? rule : NO_RULE, index);
  };
  const text = Object.getOwnPropertyDescriptor(Node.prototype, 'textContent')!;
  Object.defineProperty(HTMLStyleElement.prototype, 'textContent', {
    ...text,
    set(value: string) {
      const rules = value.match(RULES) ?? [];
      text.set!.call(this, rules.filter(rule => READ.test(rule)).join('\n'));
    },
  });
}
