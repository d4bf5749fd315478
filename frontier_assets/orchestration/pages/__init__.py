"""What the pages in Dagster's UI say: descriptions, tables, pictures and the next command."""
