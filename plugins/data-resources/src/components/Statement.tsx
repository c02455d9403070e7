import { Button } from '@backstage/ui';
import { type CSSProperties, useId, useState } from 'react';
import { CopyButton } from './CopyButton';
import { colourStatement, type StatementPart } from '../words/colourStatement';
import styles from './Statement.module.css';

/** Of a folded statement so many lines are shown at first. */
const SHOWN_LINES = 15;

/** A call, SQL, CQL or configuration to read and to copy. */
export const Statement = (props: {
  title: string;
  text: string;
  /** No statement of an engine: left without colours. */
  isPlain?: boolean;
  /** One of many: a long one begins with its first lines. */
  folds?: boolean;
}) => {
  const { title, text } = props;
  const id = useId();
  const [isOpen, setOpen] = useState(false);
  const lines = text.trimEnd().split('\n').length;
  const isLong = props.folds && lines > SHOWN_LINES + 5;

  return (
    <figure className={styles.statement} aria-label={title}>
      <figcaption className={styles.head}>
        {title}
        <CopyButton text={text} what={title} />
      </figcaption>
      <pre
        id={id}
        className={styles.call}
        data-folded={isLong && !isOpen}
        style={{ '--shown-lines': SHOWN_LINES } as CSSProperties}
      >
        <code>
          {partsOf(props).map((part, index) => (
            <span key={index} data-kind={part.kind}>
              {part.text}
            </span>
          ))}
        </code>
      </pre>
      {isLong && (
        <div className={styles.foot}>
          <Button
            variant="tertiary"
            size="small"
            aria-expanded={isOpen}
            aria-controls={id}
            onPress={() => setOpen(!isOpen)}
          >
            {isOpen ? 'Show less' : `Show all ${lines} lines`}
          </Button>
        </div>
      )}
    </figure>
  );
};

function partsOf(props: { text: string; isPlain?: boolean }): StatementPart[] {
  return props.isPlain ? [{ text: props.text }] : colourStatement(props.text);
}
