import type { Layer } from './form/callFields';
import type { BusinessNumber, CallSettings, Team } from './queries';

/** The settings among a form's values, without what is left open. */
export function callSettingsOf(values: CallSettings & Record<string, unknown>, others: readonly string[] = []): CallSettings {
  return Object.fromEntries(Object.entries(values).filter(([key, value]) => value !== undefined && !others.includes(key)));
}

interface WorkspaceSettings {
  settings: CallSettings;
  defaults: CallSettings;
}

export const workspaceLayers = ({ defaults }: WorkspaceSettings): Layer[] => [{ of: 'default', settings: defaults }];

export const teamLayers = (workspace: WorkspaceSettings): Layer[] => [{ of: 'workspace', settings: workspace.settings }, ...workspaceLayers(workspace)];

/** What holds behind a number: its team's settings, which the number itself or the workspace names. */
export function numberLayers(number: Pick<BusinessNumber['settings'], 'team'>, teams: readonly Team[], workspace: WorkspaceSettings): Layer[] {
  const team = teams.find(({ id }) => id === (number.team ?? workspace.settings.team));
  return team ? [{ of: 'team', settings: team.settings }, ...teamLayers(workspace)] : teamLayers(workspace);
}
