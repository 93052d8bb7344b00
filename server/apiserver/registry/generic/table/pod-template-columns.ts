/** The wide columns of kinds that hold a pod template. */
import { labelSelector } from './cells.ts';
import { type Cell, type Column, column, wideColumn } from './column.ts';
import { fieldsOf, itemsOf, pathReader, stringOf } from './json-reading.ts';

const NAMES_DESCRIPTION = 'Names of the containers in the template.';
const IMAGES_DESCRIPTION = 'Images of the containers in the template.';

/** `podSpecPath`: where the pod's spec is, "spec.template.spec". */
export function containersAndImages(podSpecPath: string): Column[] {
  return columnsOf(podSpecPath, column);
}

export function wideContainersAndImages(podSpecPath: string): Column[] {
  return columnsOf(podSpecPath, wideColumn);
}

export function wideSelector(path = 'spec.selector'): Column {
  return wideColumn('Selector', 'string', 'Which pods it manages.', labelSelector(path));
}

function columnsOf(podSpecPath: string, make: typeof column): Column[] {
  return [
    make('Containers', 'string', NAMES_DESCRIPTION, ofEachContainer(podSpecPath, 'name')),
    make('Images', 'string', IMAGES_DESCRIPTION, ofEachContainer(podSpecPath, 'image')),
  ];
}

function ofEachContainer(podSpecPath: string, field: 'name' | 'image'): Cell {
  const read = pathReader(`${podSpecPath}.containers`);
  return (object) =>
    itemsOf(read(object))
      .map((container) => stringOf(fieldsOf(container)[field]))
      .join(',');
}
