"""Numbers to PNG pictures, one look for all; nothing here knows a model, a store or a page."""
