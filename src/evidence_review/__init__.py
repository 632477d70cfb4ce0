"""An evidence review that runs: data and bibliography in, tables, charts and a report out."""
