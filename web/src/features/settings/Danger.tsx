import { Button, Modal } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useProblemText } from '../../shared/ui/problems';
import classes from './Danger.module.css';

interface DangerProps {
  label: string;
  /** What is asked before it is done, and what it means. */
  title: string;
  text: string;
  run: () => Promise<unknown>;
  onDone: () => void;
}

/** Something that cannot be undone: a button that asks once. A refusal stays in the question, with its reason. */
export function Danger({ label, title, text, run, onDone }: DangerProps) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const [opened, { open, close }] = useDisclosure(false);
  const action = useMutation({
    mutationFn: run,
    onSuccess: () => {
      close();
      onDone();
    },
  });
  const begin = () => {
    action.reset();
    open();
  };
  return (
    <>
      <Button variant="light" color="red" onClick={begin}>
        {label}
      </Button>
      <Modal opened={opened} onClose={close} title={title} closeButtonProps={{ 'aria-label': t('app.close') }}>
        <p className={classes.text}>{text}</p>
        {action.error && (
          <p className={classes.error} role="alert">
            {problemText(action.error)}
          </p>
        )}
        <div className={classes.answers}>
          <Button variant="default" onClick={close}>
            {t('app.cancel')}
          </Button>
          <Button color="red" loading={action.isPending} onClick={() => action.mutate()}>
            {label}
          </Button>
        </div>
      </Modal>
    </>
  );
}
