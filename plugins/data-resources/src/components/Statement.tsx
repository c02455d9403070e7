import { CopyButton } from './CopyButton';
import { colourStatement, type StatementPart } from '../words/colourStatement';
import styles from './Statement.module.css';

/** A call, SQL, CQL or configuration to read and to copy. */
export const Statement = (props: {
  title: string;
  text: string;
  /** No statement of an engine: left without colours. */
  isPlain?: boolean;
}) => (
  <figure className={styles.statement} aria-label={props.title}>
    <figcaption className={styles.head}>
      {props.title}
      <CopyButton text={props.text} what={props.title} />
    </figcaption>
    <pre className={styles.call}>
      <code>
        {partsOf(props).map((part, index) => (
          <span key={index} data-kind={part.kind}>
            {part.text}
          </span>
        ))}
      </code>
    </pre>
  </figure>
);

function partsOf(props: { text: string; isPlain?: boolean }): StatementPart[] {
  return props.isPlain ? [{ text: props.text }] : colourStatement(props.text);
}
