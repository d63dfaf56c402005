import { queryOptions } from '@tanstack/react-query';
import { client, result } from '../../../shared/api/client';
import type { components } from '../../../shared/api/schema.gen';
import type { Sentence } from './sentence';

export type Workflow = components['schemas']['Workflow'];
export type WorkflowList = components['schemas']['WorkflowList'];
export type WorkflowResult = components['schemas']['WorkflowResult'];

export const workflowsQuery = queryOptions({ queryKey: ['settings', 'workflows'] as const, queryFn: () => result(client.GET('/workflows')) });
export const gatewayQuery = queryOptions({ queryKey: ['settings', 'smsGateway'] as const, queryFn: () => result(client.GET('/sms-gateway')) });

/** What the check has found, each with its line. */
export class Mistakes extends Error {
  readonly lines: readonly string[];

  constructor(lines: readonly string[]) {
    super(lines.join('\n'));
    this.lines = lines;
  }
}

type Check = components['schemas']['FlowCheck'];

/** What the check has found, if that is the answer. */
function refuse({ response, error }: { response: Response; error?: object }): void {
  if (response.status === 422 && error && 'diagnostics' in error) throw new Mistakes((error as Check).diagnostics.filter(({ severity }) => severity === 'error').map(({ text }) => text));
}

/** Replaces the workflows that the screen keeps, or says what is wrong with them. */
export async function saveWorkflows(base: number, items: Sentence[]): Promise<void> {
  const answer = await client.PUT('/workflows', { body: { base, items } });
  refuse(answer);
  await result(Promise.resolve(answer));
}

/** What a workflow that need not be published would do for a conversation. */
export async function tryWorkflow(sentence: Sentence, conversationId: string) {
  const answer = await client.POST('/workflows/dry-run', { body: { sentence, conversationId } });
  refuse(answer);
  return result(Promise.resolve(answer));
}
