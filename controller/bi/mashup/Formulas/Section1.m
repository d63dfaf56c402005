section Section1;
{{range .Queries}}
shared {{.}} = let
    Source = OData.Feed("{{$.Root}}", null, [Implementation = "2.0"]),
    Rows = Source{[Name = "{{.}}", Signature = "table"]}[Data]
in
    Rows;
{{end}}