import { Skeleton } from '@mantine/core';
import classes from './RowSkeletons.module.css';

/** The shape of list rows while they are loading. */
export function RowSkeletons({ count }: { count: number }) {
  return (
    <div aria-hidden="true">
      {Array.from({ length: count }, (_, index) => (
        <div key={index} className={classes.row}>
          <Skeleton height={36} width={36} radius={13} />
          <div className={classes.lines}>
            <Skeleton height={11} width={`${56 - (index % 3) * 9}%`} />
            <Skeleton height={10} width={`${80 - (index % 4) * 8}%`} />
          </div>
        </div>
      ))}
    </div>
  );
}
