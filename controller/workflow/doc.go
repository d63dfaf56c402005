// Package workflow carries out what workflows say (INBOX-6): somebody calls, is missed,
// gets a tag, and something is done about it.
//
// What workflows answer to is made from the journals of calls and conversations, behind the
// commits that wrote them: a cursor goes through the changes of the store, and moves in the
// transaction that writes the events. So calls pay nothing for it, and no end of a process loses an
// event. What an action changes in ringdesk is done by the inbox's verbs, once: it is committed
// with its result. A request to another system is made at most once.
//
// No workflow goes on without end: an event knows how many workflows lie behind it, and
// a workflow is run only so often for one conversation.
package workflow
