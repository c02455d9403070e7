import { Alert, Select } from '@backstage/ui';
import type { ResourceExport } from '@data-resources/plugin-data-resources-common';
import type { ReactNode } from 'react';
import { Statement } from '../components/Statement';
import styles from './exports.module.css';

const AUDIENCES: { audience: ResourceExport['audience']; title: string }[] = [
  { audience: 'client', title: 'Connect a client' },
  { audience: 'declaration', title: 'Declare it elsewhere' },
];

/** A choice of formats, and the text of the chosen one. */
export const ExportView = (props: {
  /** At least one. */
  exports: ResourceExport[];
  /** The id of one of them; else the first is shown. */
  chosen?: string;
  onChoose(id: string): void;
  /** Beside the choice. */
  children?: ReactNode;
}) => {
  const { exports } = props;
  const shown = chosenOf(exports, props.chosen);

  return (
    <div className={styles.view}>
      <div className={styles.choices}>
        <Select
          label="Format"
          value={shown.id}
          options={sectionsOf(exports)}
          onChange={id => props.onChoose(`${id}`)}
        />
        {props.children}
      </div>
      <p className={styles.description}>{shown.description}</p>
      {shown.text !== undefined && (
        <Statement
          // What was copied is said of one format, not of the next.
          key={shown.id}
          title={shown.fileName ?? shown.title}
          text={shown.text}
          isPlain={shown.language !== 'sql' && shown.language !== 'cql'}
        />
      )}
      {shown.problem && (
        <Alert role="alert" status="danger" icon title={shown.problem} />
      )}
    </div>
  );
};

/** The export of that id, or the first. */
export function chosenOf(
  exports: ResourceExport[],
  id: string | undefined,
): ResourceExport {
  return exports.find(each => each.id === id) ?? exports[0];
}

/** In groups, where there is more than one. */
function sectionsOf(exports: ResourceExport[]) {
  const sections = AUDIENCES.map(({ audience, title }) => ({
    title,
    options: exports
      .filter(each => each.audience === audience)
      .map(each => ({ id: each.id, label: each.title })),
  })).filter(({ options }) => options.length > 0);
  return sections.length > 1 ? sections : sections[0]?.options ?? [];
}
