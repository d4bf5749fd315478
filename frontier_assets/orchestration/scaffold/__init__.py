"""What `dg scaffold defs frontier_assets.ModelLifecycle NAME` writes."""
