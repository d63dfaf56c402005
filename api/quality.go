package api

import (
	"context"

	"ringdesk/controller/reason"
	"ringdesk/controller/verb"
	"ringdesk/models"
)

// ReportCallQuality keeps how a call's sound was for me.
func (h *handlers) ReportCallQuality(ctx context.Context, req ReportCallQualityRequestObject) (ReportCallQualityResponseObject, error) {
	id, err := asAgent(ctx, "report how a call's sound was")
	if err != nil {
		return nil, err
	}
	r := req.Body
	q := models.CallQuality{Seconds: r.Seconds, FairSeconds: r.FairSeconds, BadSeconds: r.BadSeconds, SilentSeconds: r.SilentSeconds, Codec: r.Codec, RTTMS: r.RttMs,
		Received: packetsOf(r.Received), Sent: packetsOf(r.Sent)}
	return ReportCallQuality204Response{}, h.inbox.ReportQuality(ctx, id.by(), req.Id, q)
}

// GetCallQuality tells how a call's sound was for those who took part.
func (h *handlers) GetCallQuality(ctx context.Context, req GetCallQualityRequestObject) (GetCallQualityResponseObject, error) {
	workspace := who(ctx).workspace
	if _, err := h.opts.Store.Call(ctx, workspace, req.Id); err != nil {
		return nil, verb.Missing(err, unknownCall, reason.NoCall)
	}
	reports, err := h.opts.Store.CallQuality(ctx, workspace, req.Id)
	if err != nil {
		return nil, err
	}
	parties, err := h.opts.Store.Participants(ctx, req.Id)
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	for _, p := range parties[req.Id] {
		names[p.ID] = p.Name
	}
	items := make([]CallQuality, len(reports))
	for i, q := range reports {
		items[i] = CallQuality{ParticipantId: q.ParticipantID, Name: names[q.ParticipantID], Report: CallQualityReport{Seconds: q.Seconds, FairSeconds: q.FairSeconds,
			BadSeconds: q.BadSeconds, SilentSeconds: q.SilentSeconds, Codec: q.Codec, RttMs: q.RTTMS, Received: viewPackets(q.Received), Sent: viewPackets(q.Sent)}}
	}
	return GetCallQuality200JSONResponse{Items: items}, nil
}

func packetsOf(p CallPackets) models.Packets {
	return models.Packets{Packets: p.Packets, Lost: p.Lost, JitterMS: p.JitterMs}
}

func viewPackets(p models.Packets) CallPackets {
	return CallPackets{Packets: p.Packets, Lost: p.Lost, JitterMs: p.JitterMS}
}
