import { ButtonIcon } from '@backstage/ui';
import CheckIcon from '@material-ui/icons/Check';
import CopyIcon from '@material-ui/icons/FileCopyOutlined';
import { useEffect, useState } from 'react';
import useCopyToClipboard from 'react-use/esm/useCopyToClipboard';
import styles from './CopyButton.module.css';

/** Copies, says so, and says when the browser would not. */
export const CopyButton = (props: {
  text: string;
  /** What is copied, for the button's name: "Copy password". */
  what: string;
}) => {
  const [state, copy] = useCopyToClipboard();
  const [told, setTold] = useState(0);

  useEffect(() => {
    if (!told) {
      return undefined;
    }
    const timer = setTimeout(() => setTold(0), 3000);
    return () => clearTimeout(timer);
  }, [told]);

  const label = told ? outcome(state.error) : '';

  return (
    <span className={styles.copy}>
      <ButtonIcon
        variant="tertiary"
        size="small"
        aria-label={`Copy ${props.what}`}
        icon={
          label === 'Copied' ? (
            <CheckIcon fontSize="inherit" />
          ) : (
            <CopyIcon fontSize="inherit" />
          )
        }
        onPress={() => {
          copy(props.text);
          setTold(times => times + 1);
        }}
      />
      <span role="status">{label}</span>
    </span>
  );
};

function outcome(error: Error | undefined): string {
  return error ? 'Not copied' : 'Copied';
}
