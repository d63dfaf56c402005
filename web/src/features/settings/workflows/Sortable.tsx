import { ActionIcon } from '@mantine/core';
import { closestCenter, DndContext, KeyboardSensor, PointerSensor, useSensor, useSensors, type Announcements, type DragEndEvent, type UniqueIdentifier } from '@dnd-kit/core';
import { SortableContext, sortableKeyboardCoordinates, useSortable, verticalListSortingStrategy } from '@dnd-kit/sortable';
import { IconGripVertical } from '@tabler/icons-react';
import type { CSSProperties, KeyboardEvent, ReactNode, Ref } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './Workflows.module.css';

interface SortableProps {
  /** What is in the list, in its order, each with what it is called. */
  items: readonly { id: string; name: string }[];
  onMove: (from: number, to: number) => void;
  children: ReactNode;
}

// A click on the handle is no drag.
const leastPx = 4;

/** A list whose items are dragged by their handles, with the pointer, a finger or the keyboard (Space, arrows, Space). */
export function Sortable({ items, onMove, children }: SortableProps) {
  const { t } = useTranslation();
  const sensors = useSensors(useSensor(PointerSensor, { activationConstraint: { distance: leastPx } }), useSensor(KeyboardSensor, { coordinateGetter: sortableKeyboardCoordinates }));
  const place = (id: UniqueIdentifier) => items.findIndex((item) => item.id === id);
  const name = (id: UniqueIdentifier) => items[place(id)]?.name ?? '';
  const announcements: Announcements = {
    onDragStart: ({ active }) => t('settings.workflows.drag.begun', { name: name(active.id) }),
    onDragOver: ({ active, over }) => over ? t('settings.workflows.drag.over', { name: name(active.id), n: place(over.id) + 1, of: items.length }) : undefined,
    onDragEnd: ({ active, over }) => t('settings.workflows.drag.done', { name: name(active.id), n: place((over ?? active).id) + 1 }),
    onDragCancel: ({ active }) => t('settings.workflows.drag.cancelled', { name: name(active.id) }),
  };
  const onDragEnd = ({ active, over }: DragEndEvent) => {
    if (over && over.id !== active.id) onMove(place(active.id), place(over.id));
  };
  return (
    <DndContext sensors={sensors} collisionDetection={closestCenter} onDragEnd={onDragEnd} accessibility={{ announcements, screenReaderInstructions: { draggable: t('settings.workflows.drag.how') } }}>
      <SortableContext items={items.map(({ id }) => id)} strategy={verticalListSortingStrategy}>
        {children}
      </SortableContext>
    </DndContext>
  );
}

/** Where an item of the list stands while it is dragged; goes on its element. */
interface Dragged {
  ref: Ref<HTMLLIElement>;
  style: CSSProperties;
  'data-dragging'?: true;
}

/** What makes an element an item of a Sortable, and the handle by which it is dragged. */
export function useDragged(id: string, label: string): { item: Dragged; handle: ReactNode } {
  const { attributes, listeners, setNodeRef, setActivatorNodeRef, transform, transition, isDragging } = useSortable({ id });
  const { role: _, ...rest } = attributes;
  return {
    item: { ref: setNodeRef, style: { transition, ...(transform && { transform: `translate3d(0, ${Math.round(transform.y)}px, 0)` }) }, ...(isDragging && { 'data-dragging': true }) },
    handle: (
      <ActionIcon ref={setActivatorNodeRef} className={classes.handle} aria-label={label} {...rest} {...listeners}>
        <IconGripVertical size={16} />
      </ActionIcon>
    ),
  };
}

/** Alt and an arrow move what has the focus. */
export const movedByArrows = (move: (by: -1 | 1) => void) => (event: KeyboardEvent) => {
  if (!event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return;
  event.preventDefault();
  move(event.key === 'ArrowUp' ? -1 : 1);
};
