package flows

import (
	"context"
	"slices"

	"ringdesk/controller/verb"
	"ringdesk/dialplan/flow"
	"ringdesk/dialplan/lang"
	"ringdesk/models"
)

// WorkflowsFile is the file that the screen of workflows keeps: what is changed there becomes its
// text in the next version.
const WorkflowsFile = "workflows" + Suffix

// Workflows gives the workflows of the version in force, in their order, and its number.
func (f *Flows) Workflows(ctx context.Context, workspace string) (version int, all []lang.Sentence, err error) {
	ws, err := f.Store.Workspace(ctx, workspace)
	if err != nil {
		return 0, nil, err
	}
	files, err := f.Files(ctx, workspace, ws.ActiveFlow)
	if err != nil {
		return 0, nil, err
	}
	for _, file := range sources(files) {
		all = append(all, lang.Sentences(file)...)
	}
	return ws.ActiveFlow, all, nil
}

// DraftWorkflow is the program in which a workflow stands that nobody has published, in place of
// those that the screen keeps. What is wrong with it is Mistakes.
func (f *Flows) DraftWorkflow(ctx context.Context, workspace string, s lang.Sentence) (*flow.Program, error) {
	ws, err := f.Store.Workspace(ctx, workspace)
	if err != nil {
		return nil, err
	}
	files, err := f.withWorkflows(ctx, workspace, ws.ActiveFlow, []lang.Sentence{s})
	if err != nil {
		return nil, err
	}
	w, err := f.world(ctx, workspace, files)
	if err != nil {
		return nil, err
	}
	return w.p, nil
}

// SaveWorkflows publishes a version in which WorkflowsFile has the given workflows. All other
// files stay as they were in base.
func (f *Flows) SaveWorkflows(ctx context.Context, by verb.By, workspace string, base int, all []lang.Sentence) error {
	files, err := f.withWorkflows(ctx, workspace, base, all)
	if err != nil {
		return err
	}
	_, err = f.Publish(ctx, by, workspace, Draft{Files: files, Base: base, Source: FromScreen})
	return err
}

// withWorkflows are the files of a version with the given workflows in WorkflowsFile.
func (f *Flows) withWorkflows(ctx context.Context, workspace string, version int, all []lang.Sentence) ([]models.FlowFile, error) {
	files, err := f.Files(ctx, workspace, version)
	files = slices.DeleteFunc(slices.Clone(files), func(file models.FlowFile) bool { return file.Name == WorkflowsFile })
	return append(files, models.FlowFile{Name: WorkflowsFile, Text: string(lang.Write(all))}), err
}
