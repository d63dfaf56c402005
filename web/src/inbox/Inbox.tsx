import { useParams } from 'react-router';
import { lists, type ListName } from '../api/queries';
import { ConversationList } from './ConversationList';
import { ConversationPane, NothingChosen } from './ConversationPane';
import classes from './Inbox.module.css';
import { Lists } from './Lists';

export function Inbox() {
  const { list: name, conversationId } = useParams();
  const list: ListName = lists.find((known) => known === name) ?? 'all';
  return (
    <div className={classes.inbox} data-page={conversationId ? 'conversation' : 'list'}>
      <Lists current={list} />
      <ConversationList list={list} selected={conversationId} />
      {conversationId ? <ConversationPane key={conversationId} id={conversationId} list={list} /> : <NothingChosen />}
    </div>
  );
}
