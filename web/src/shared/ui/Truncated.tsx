import { Tooltip } from '@mantine/core';
import { useState, type CSSProperties } from 'react';

interface TruncatedProps {
  text: string;
  className?: string;
  style?: CSSProperties;
}

/** One line that ends in an ellipsis where it must, with the whole text in a tooltip then. */
export function Truncated({ text, className = '', style }: TruncatedProps) {
  const [cut, setCut] = useState(false);
  return (
    <Tooltip label={text} disabled={!cut}>
      <span
        className={`truncate ${className}`}
        style={style}
        onPointerEnter={(event) => setCut(event.currentTarget.scrollWidth > event.currentTarget.clientWidth)}
      >
        {text}
      </span>
    </Tooltip>
  );
}
